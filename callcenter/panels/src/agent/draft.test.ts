import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, nextTick, ref, type App } from 'vue'
import { Problem } from '@/kit/http'
import * as api from './api'
import { SAVE_MS, useDraft } from './draft'
import { emptyDraft } from './forms'

describe('what is entered about a customer', () => {
  const customer = ref('')
  const claimed = vi.spyOn(api, 'claim')
  const saved = vi.spyOn(api, 'saveDraft')
  const kept = (entries: api.DraftView['entries'] = null): api.DraftView => ({ entries, saved_at: '2026-11-23T02:00:00Z' })
  let page: App

  function open() {
    let draft!: ReturnType<typeof useDraft>
    page = createApp({ setup: () => ((draft = useDraft(customer)), () => null) })
    page.mount(document.createElement('div'))
    return draft
  }
  async function wait(seconds: number) {
    await nextTick()
    await vi.advanceTimersByTimeAsync(seconds * 1000)
  }

  beforeEach(() => {
    vi.useFakeTimers()
    customer.value = 'lead/王**/138****0001'
    claimed.mockReset().mockResolvedValue(kept())
    saved.mockReset().mockImplementation(async () => kept())
  })
  afterEach(() => {
    page.unmount()
    vi.useRealTimers()
  })

  it('is saved two seconds after the first change, once for all changes since, and again after the next', async () => {
    const { draft, claim, saved: mark } = open()
    await claim()
    draft.value.note = '客户'
    await wait(1)
    draft.value.note = '客户下周'
    expect(saved).not.toHaveBeenCalled()
    await wait(SAVE_MS / 1000 - 1)
    expect(saved).toHaveBeenCalledOnce()
    expect(saved.mock.calls[0]![1].note).toBe('客户下周')
    expect(mark.value.at).not.toBeNull()
    draft.value.script_ticks = ['own_name']
    await nextTick()
    expect(mark.value.at).toBeNull()
    await wait(2)
    expect(saved).toHaveBeenCalledTimes(2)
    await wait(60)
    expect(saved).toHaveBeenCalledTimes(2)
  })

  it('is there again when the window takes the desk, and is not written over where something was entered since', async () => {
    claimed.mockResolvedValue(kept({ ...emptyDraft(), note: '先打电话', script_ticks: ['licence'] }))
    const { draft, claim } = open()
    await claim()
    expect([draft.value.note, draft.value.script_ticks]).toEqual(['先打电话', ['licence']])
    draft.value.note = '另约'
    await claim()
    expect(draft.value.note).toBe('另约')
  })

  it('is tried again while the line is lost', async () => {
    saved.mockRejectedValueOnce(new Problem({ status: 0, code: 'offline' }))
    const { draft, claim, saved: mark } = open()
    await claim()
    draft.value.note = 'x'
    await wait(2)
    expect(mark.value).toEqual({ at: null, failed: true })
    await wait(2)
    expect(mark.value.failed).toBe(false)
    expect(saved).toHaveBeenCalledTimes(2)
  })

  it('is not sent any more once another window is at work', async () => {
    saved.mockRejectedValue(new Problem({ status: 409, code: 'desk_elsewhere' }))
    const { draft, claim, displaced } = open()
    await claim()
    draft.value.note = 'x'
    await wait(2)
    expect(displaced.value).toBe(true)
    draft.value.note = 'xy'
    await wait(10)
    expect(saved).toHaveBeenCalledOnce()
  })

  it('goes with its customer', async () => {
    const { draft, claim } = open()
    await claim()
    draft.value.note = 'x'
    await nextTick()
    customer.value = 'lead/李**/138****0002'
    await wait(5)
    expect(draft.value).toEqual(emptyDraft())
    expect(saved).not.toHaveBeenCalled()
  })
})
