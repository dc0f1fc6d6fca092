import { createPinia, setActivePinia } from 'pinia'
import { createApp, nextTick, type Component } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { i18n } from '@/locale'
import * as api from './api'
import UnderwritingForm from './UnderwritingForm.vue'

vi.mock('./api', async (original) => ({ ...(await original<typeof api>()), issue: vi.fn(), refuse: vi.fn(), cancel: vi.fn(), reopen: vi.fn() }))

const row = { id: 5 } as api.Followed
let unmount = () => {}
const find = <E extends HTMLElement>(selector: string) => document.querySelector<E>(selector)
const settle = async () => {
  for (let turn = 0; turn < 12; turn++) {
    await Promise.resolve()
    await nextTick()
  }
}

async function open(act: api.Act) {
  const page = document.createElement('div')
  document.body.append(page)
  const app = createApp(UnderwritingForm as Component, { row, act }).use(i18n)
  app.mount(page)
  unmount = () => app.unmount()
  await settle()
}

async function type(selector: string, text: string) {
  const field = find<HTMLInputElement>(selector)!
  field.value = text
  field.dispatchEvent(new Event('input'))
  await settle()
}

const button = () => find<HTMLButtonElement>('[data-testid="underwriting-submit"]')!

beforeEach(() => {
  setActivePinia(createPinia())
  vi.useFakeTimers({ now: new Date('2026-11-23T02:00:00Z'), toFake: ['Date'] })
})
afterEach(() => {
  unmount()
  document.body.replaceChildren()
  vi.useRealTimers()
  vi.clearAllMocks()
})

it('enters a policy with its number and days; without a last day it is for life', async () => {
  await open('issue')
  expect(button().disabled).toBe(true)
  await type('[data-testid="policy-number"]', 'P2026-0001')
  expect(button().disabled).toBe(false)
  button().click()
  find<HTMLFormElement>('form')!.dispatchEvent(new Event('submit'))
  await settle()
  expect(vi.mocked(api.issue).mock.calls[0]).toEqual([5, { number: 'P2026-0001', issued_on: '2026-11-23', starts_on: '2026-11-23', ends_on: null }])
})

describe('an end', () => {
  it.each(['refuse', 'cancel'] as const)('by %s needs a reason and has a day', async (act) => {
    await open(act)
    expect(button().disabled).toBe(true)
    await type('[data-testid="underwriting-reason"]', '体检异常')
    find<HTMLFormElement>('form')!.dispatchEvent(new Event('submit'))
    await settle()
    expect(vi.mocked(api[act]).mock.calls).toEqual([[5, { on: '2026-11-23', reason: '体检异常' }]])
  })

  it('that was entered by mistake is taken back with a reason', async () => {
    await open('reopen')
    await type('[data-testid="underwriting-reason"]', '录错了')
    find<HTMLFormElement>('form')!.dispatchEvent(new Event('submit'))
    await settle()
    expect(vi.mocked(api.reopen).mock.calls).toEqual([[5, { reason: '录错了' }]])
  })
})

it('every state of an application allows what the server allows', () => {
  expect(api.ACTS).toEqual({ applied: ['issue', 'refuse', 'cancel'], issued: ['cancel', 'reopen'], refused: ['reopen'], cancelled: ['reopen'] })
})
