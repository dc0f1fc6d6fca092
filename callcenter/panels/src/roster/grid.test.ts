import { describe, expect, it } from 'vitest'
import type { Cell, Line, Quota } from './api'
import { BRUSHES, bounds, holds, licenceEndsIn, nextMonth, quotaOn, reach, spanAround } from './grid'

const line = (agent_id: number, days: Cell[], licence: string | null = null): Line => ({
  agent_id, name: `A${agent_id}`, branch: 'north', licence_valid_until: licence, patterns: [], days
})
const quota = (staff_id: number | null, from_on: string | null, value: number): Quota => ({
  id: 1, staff_id, campaign_id: 1, quota: value, from_on, reason: '', set_by: null
})
const column = (on: string, working = true) => ({ on, working, provisional: false, agents: 0, parts: 0 })

describe('spans', () => {
  it('are whole weeks from Monday, and whole months', () => {
    expect(spanAround('2026-11-22', 'week')).toEqual({ from: '2026-11-16', to: '2026-11-22' })
    expect(spanAround('2026-11-23', 'week')).toEqual({ from: '2026-11-23', to: '2026-11-29' })
    expect(spanAround('2028-02-10', 'month')).toEqual({ from: '2028-02-01', to: '2028-02-29' })
    expect(nextMonth('2026-12-31')).toBe('2027-01-01')
  })
})

describe('a rectangle of cells', () => {
  const rectangle = { anchor: { row: 2, column: 3 }, corner: { row: 1, column: 1 } }
  it('is the same whichever corner came first', () => {
    expect(bounds(rectangle)).toEqual({ top: 1, bottom: 2, left: 1, right: 3 })
    expect([holds(rectangle, 1, 3), holds(rectangle, 3, 3), holds(null, 1, 1)]).toEqual([true, false, false])
  })

  it('reaches no past day, and no day nobody works when it says work', () => {
    const lines = [1, 2, 3].map((id) => line(id, []))
    const days = ['2026-11-20', '2026-11-27', '2026-11-28', '2026-11-30'].map((on) => column(on, on !== '2026-11-28'))
    const whole = { anchor: { row: 1, column: 0 }, corner: { row: 2, column: 3 } }
    const [full, leave] = [BRUSHES[0]!, BRUSHES[2]!]
    expect(reach(whole, full, lines, days, '2026-11-23')).toEqual({ staff_ids: [2, 3], days: ['2026-11-27', '2026-11-30'] })
    expect(reach(whole, leave, lines, days, '2026-11-23').days).toContain('2026-11-28')
  })
})

describe('quotas', () => {
  const quotas = [quota(null, null, 30), quota(null, '2026-12-01', 25), quota(7, '2026-11-25', 40), quota(7, '2026-12-10', 10)]
  it('are the agent’s own, the latest begun, else everybody’s', () => {
    expect(quotaOn(quotas, 8, '2026-11-30')).toBe(30)
    expect(quotaOn(quotas, 8, '2026-12-01')).toBe(25)
    expect(quotaOn(quotas, 7, '2026-11-24')).toBe(30)
    expect(quotaOn(quotas, 7, '2026-12-09')).toBe(40)
    expect(quotaOn(quotas, 7, '2026-12-10')).toBe(10)
  })
})

it('a licence is warned of for its last thirty days', () => {
  const ends = (on: string | null) => licenceEndsIn(line(1, [], on), '2026-11-24')
  expect([ends(null), ends('2026-12-24'), ends('2026-12-25'), ends('2026-11-23')]).toEqual([null, 30, null, -1])
})
