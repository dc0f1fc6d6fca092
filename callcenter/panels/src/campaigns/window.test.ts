import { describe, expect, it } from 'vitest'
import type { Campaign, Shift } from '@/roster/api'
import { changesOf, hoursOf, placeOf, roomFor, troubleOf } from './window'

const legal_hours = { opens: '08:00', closes: '21:00' }
const shift = (opens: string, closes: string): Shift => ({ opens, closes })
const trouble = (shifts: Shift[], day = 1, week = 3) => troubleOf({ legal_hours, shifts, cap_per_day: day, cap_per_7_days: week })?.key

describe('shifts', () => {
  it('are refused for the reasons the system has', () => {
    expect(trouble([])).toBe('none')
    expect(trouble([shift('12:00', '10:00')])).toBe('backwards')
    expect(trouble([shift('07:59', '10:00')])).toBe('legal')
    expect(trouble([shift('20:00', '21:01')])).toBe('legal')
    expect(trouble([shift('13:00', '15:00'), shift('10:00', '13:30')])).toBe('overlap')
    expect(trouble([shift('08:00', '21:00')], 4, 3)).toBe('caps')
    expect(trouble([shift('13:00', '15:00'), shift('10:00', '13:00')])).toBeUndefined()
  })

  it('stand on the bar of a day and add up to hours', () => {
    expect([placeOf('00:00'), placeOf('06:00'), placeOf('21:00')]).toEqual([0, 25, 87.5])
    expect(hoursOf([shift('10:00', '12:00'), shift('13:30', '18:00')])).toBe(6.5)
  })

  it('find room for one more, or none', () => {
    expect(roomFor([shift('08:00', '10:30')], legal_hours)).toEqual(shift('11:00', '12:00'))
    expect(roomFor([shift('08:00', '21:00')], legal_hours)).toBeNull()
  })
})

it('only what differs is sent', () => {
  const before = { quota: 30, mode: 'preview', shifts: [shift('10:00', '12:00')] } as Campaign
  expect(changesOf(before, { ...before, shifts: [shift('10:00', '12:00')] })).toEqual({})
  expect(changesOf(before, { ...before, quota: 25 })).toEqual({ quota: 25 })
})
