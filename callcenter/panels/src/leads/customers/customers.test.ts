import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadWords, setLanguage } from '@/locale'
import { effectScope } from 'vue'
import type { Clear, Explanation, Happening, HistoryEvent } from './api'
import { shown } from '@/kit/fields'
import { causeOf } from './gates'
import { byDay, detailOf, GROUPS, toneOf } from './history'
import { SHOWN_SECONDS, useClear } from './useClear'

const happening = (kind: Happening, facts: Record<string, unknown>, at = '2026-11-23T02:30:00Z'): HistoryEvent => ({
  key: kind, at, kind, lead_id: 1, campaign_id: 1, by: null, agent: null, call_id: null, facts, link: null, readable: false
})

beforeEach(async () => {
  await setLanguage('en')
  await loadWords('data')
})

describe('a happening', () => {
  it('says what came of a call, and how long it was', () => {
    const call = happening('call', { kind: 'lead', state: 'ended', outcome: 'answered', disposition: 'success', seconds: 148, rule: 'none', note: true })
    expect(detailOf(call)).toEqual(['Lead', 'Answered', '2:28', 'Agreed to a visit', 'with a note (encrypted)'])
    expect(toneOf(call)).toBe('good')
  })

  it('names the rule that kept a call from being placed', () => {
    expect(detailOf(happening('call', { kind: 'lead', state: 'ended', outcome: 'not_placed', rule: 'L6.do_not_call' }))).toContain('the customer is on the do-not-call list')
  })

  it('stands in one group', () => {
    const kinds = Object.values(GROUPS).flat()
    expect(new Set(kinds).size).toBe(kinds.length)
  })

  it('belongs to a day of Shanghai', () => {
    const days = byDay([happening('call', {}, '2026-11-22T16:30:00Z'), happening('call', {}, '2026-11-22T15:30:00Z')])
    expect(days.map((day) => day.on)).toEqual(['2026-11-23', '2026-11-22'])
  })
})

describe('a gate', () => {
  const found = { agent: { id: 1, name: 'Ann' }, assignment: { agent: { id: 2, name: 'Ben' } }, callback: null } as unknown as Explanation

  it('names who has the customer, else the agent it was asked for', () => {
    expect(causeOf({ code: 'held_by_another', text: '', params: { agent_id: 2 } }, found)).toBe('Assigned to Ben.')
    expect(causeOf({ code: 'agent_unfit', text: '', params: { missing: ['licence', 'exam'] } }, found)).toMatch(/^Ann is not qualified to call customers: .+, .+\.$/)
  })

  it('gives the figures of a cap', () => {
    expect(causeOf({ code: 'called_today', text: '', params: { count: 1, cap: 1 } }, found)).toBe('Called 1 times today; the limit is 1.')
  })
})

describe('a field', () => {
  it('is shown by its kind', () => {
    expect(shown({ kind: 'money', value: 18_000_050 })).toBe('¥180,000.5')
    expect(shown({ kind: 'boolean', value: false })).toBe('No')
    expect(shown({ kind: 'integer', value: 1200 })).toBe('1,200')
    expect(shown({ kind: 'text', value: '4***' })).toBe('4***')
  })
})

describe('a customer in clear', () => {
  const inClear = { name: 'x' } as Clear
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('is covered again after a minute', () => {
    const scope = effectScope()
    const { clear, left, show } = scope.run(useClear)!
    show(inClear)
    expect(left.value).toBe(SHOWN_SECONDS)
    vi.advanceTimersByTime((SHOWN_SECONDS - 1) * 1000)
    expect(clear.value).toStrictEqual(inClear)
    vi.advanceTimersByTime(1000)
    expect(clear.value).toBeNull()
    scope.stop()
  })

  it('is covered at once when the window is left', () => {
    const scope = effectScope()
    const { clear, show } = scope.run(useClear)!
    show(inClear)
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
    document.dispatchEvent(new Event('visibilitychange'))
    expect(clear.value).toBeNull()
    scope.stop()
  })
})
