import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/kit/http'
import { concernsOf } from '@/kit/visitTimes'
import { useSession } from '@/session/store'
import type { Disposition, DispositionForm, Script, Snapshot } from './api'
import * as api from './api'
import { bodyOf, emptyDraft, missingOf, untickedOf } from './forms'
import { useDesk } from './store'

const SCRIPT: Script = {
  key: '7-a',
  title: 'x',
  version: 1,
  statements: [
    { key: 'own_name', text: 'x', text_en: null, mandatory: true },
    { key: 'chat', text: 'x', text_en: null, mandatory: false },
    { key: 'licence', text: 'x', text_en: null, mandatory: true }
  ]
}

const form = (code: Disposition, requires: string[] = [], accepts: string[] = []): DispositionForm => ({
  code, requires, accepts, enters_dnc: false, is_reviewed: false
})

describe('what is entered about a call', () => {
  it('lacks what the server says the disposition requires', () => {
    const draft = emptyDraft()
    expect(missingOf(draft, null)).toEqual(['disposition'])
    expect(missingOf(draft, form('refused'))).toEqual([])
    expect(missingOf(draft, form('callback', ['callback_at']))).toEqual(['callback_at'])
    draft.note = '  '
    expect(missingOf(draft, form('complaint', ['complaint_category', 'note']))).toEqual(['complaint_category', 'note'])
    expect(missingOf({ ...draft, note: 'x', complaint_category: 'product' }, form('complaint', ['complaint_category', 'note']))).toEqual([])
  })

  it('lacks a field this page does not know, so that nothing incomplete is sent', () => {
    expect(missingOf(emptyDraft(), form('success', ['new_field']))).toEqual(['new_field'])
  })

  it('leaves the browser without the fields of another disposition, and without what is empty', () => {
    const draft = { ...emptyDraft(), visit_at: '2026-11-24T10:00:00', note: ' no ', dnc_permanent: true }
    expect(bodyOf(draft, form('refused'))).toEqual({ disposition: 'refused', note: 'no', script_ticks: [] })
    expect(bodyOf(draft, form('do_not_call', [], ['dnc_permanent']))).toEqual({ disposition: 'do_not_call', note: 'no', script_ticks: [], dnc_permanent: true })
    expect(bodyOf({ ...draft, note: '' }, form('success', ['visit_at'], ['visit_address']))).not.toHaveProperty('visit_address')
  })

  it('asks for a confirmation only where the server has named why', () => {
    const refused = (code: string, params = {}) => new Problem({ status: 422, code, params })
    expect(concernsOf(refused('visit_time_unconfirmed', { concerns: ['night', 'holiday'] }))).toEqual(['night', 'holiday'])
    expect(concernsOf(refused('visit_in_the_past', { concerns: ['night'] }))).toEqual([])
    expect(concernsOf(null)).toEqual([])
    const draft = { ...emptyDraft(), visit_at: '2026-11-24T03:00:00', visit_time_confirmed: true }
    expect(bodyOf(draft, form('success', ['visit_at'], ['visit_time_confirmed'])).visit_time_confirmed).toBe(true)
  })

  it('sends times as instants in Shanghai', () => {
    const draft = { ...emptyDraft(), visit_at: '2026-11-24T10:00:00' }
    expect(bodyOf(draft, form('success', ['visit_at'])).visit_at).toBe('2026-11-24T10:00:00+08:00')
  })

  it('names the mandatory statements that were not ticked', () => {
    expect(untickedOf({ ...emptyDraft(), script_ticks: ['licence'] }, SCRIPT)).toEqual(['own_name'])
    expect(untickedOf(emptyDraft(), null)).toEqual([])
  })
})

describe('the desk', () => {
  const snapshot = (now: string, allowed: api.Verb[] = []): Snapshot => ({
    now, rehearsal: true, seat: null, allowed, lead: null, call: null, last_call: null, script_key: null, dispositions: [], disposition_forms: [], verdict: null,
    owed_until: null, waiting: null, notice: null, engine: null, window: null,
    today: { assigned: 0, done: 0, successes: { counted: 0, passed: 0, open: 0, failed: 0 }, calls: 0, answered: 0, callbacks_due: 0 }
  })
  beforeEach(() => {
    setActivePinia(createPinia())
    useSession().me = { id: 1, name: 'x', role: 'agent', rights: [], home: '/agent', due: null, alerts: false }
  })

  async function deskWith(first: Snapshot) {
    const desk = useDesk()
    vi.spyOn(api, 'desk').mockResolvedValue(first)
    await desk.refresh()
    return desk
  }

  it('sends only what the server allows, and one command at a time', async () => {
    const desk = await deskWith(snapshot('2026-11-23T02:00:00Z', ['ready']))
    let grant: (answer: Snapshot) => void = () => undefined
    const send = vi.fn(() => new Promise<Snapshot>((resolve) => (grant = resolve)))
    expect(await desk.command('call', send)).toBe(false)
    expect(send).not.toHaveBeenCalled()
    const first = desk.command('ready', send)
    expect(await desk.command('ready', send)).toBe(false)
    grant(snapshot('2026-11-23T02:00:01Z', ['pause']))
    expect(await first).toBe(true)
    expect(send).toHaveBeenCalledOnce()
    expect([...desk.allowed]).toEqual(['pause'])
  })

  it('does not go back to an older snapshot that comes late', async () => {
    const desk = await deskWith(snapshot('2026-11-23T02:00:05Z', ['pause']))
    vi.spyOn(api, 'desk').mockResolvedValue(snapshot('2026-11-23T02:00:01Z', ['ready']))
    await desk.refresh()
    expect([...desk.allowed]).toEqual(['pause'])
  })

  it('fetches a script once for each key that a screen names, and tries again what failed', async () => {
    const fetched = vi.spyOn(api, 'script').mockRejectedValueOnce(new Error('line lost')).mockResolvedValue(SCRIPT)
    const desk = await deskWith(snapshot('2026-11-23T02:00:00Z'))
    expect(fetched).not.toHaveBeenCalled()
    const show = async (second: number, script_key: string | null) => {
      desk.take({ ...snapshot(`2026-11-23T02:00:0${second}Z`), script_key })
      await vi.waitFor(() => expect(desk.scriptKey).toBe(script_key))
      await Promise.resolve()
    }
    await show(1, '7-a')
    await vi.waitFor(() => expect(fetched).toHaveBeenCalledTimes(1))
    expect(desk.script).toBeNull()
    await show(2, '7-a')
    await vi.waitFor(() => expect(desk.script).toEqual(SCRIPT))
    await show(3, null)
    expect(desk.script).toBeNull()
    await show(4, '7-a')
    expect(desk.script).toEqual(SCRIPT)
    expect(fetched).toHaveBeenCalledTimes(2)
    fetched.mockResolvedValue({ ...SCRIPT, key: '8-b', title: 'new' })
    await show(5, '8-b')
    await vi.waitFor(() => expect(desk.script?.title).toBe('new'))
  })

  it('asks for the truth after a refusal', async () => {
    const desk = await deskWith(snapshot('2026-11-23T02:00:00Z', ['ready']))
    vi.spyOn(api, 'desk').mockResolvedValue(snapshot('2026-11-23T02:00:02Z', ['hang_up']))
    const refused = new Problem({ status: 409, code: 'not_now' })
    expect(await desk.command('ready', () => Promise.reject(refused))).toBe(false)
    expect([...desk.allowed]).toEqual(['hang_up'])
    expect(desk.running).toBeNull()
  })
})
