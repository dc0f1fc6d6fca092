import { describe, expect, it } from 'vitest'
import { EMPTY, criteriaOf, faultsOf, secondsOf } from './search'

describe('a length', () => {
  it('is read as seconds, minutes or hours', () => {
    expect(['90', '1:30', '1:02:03', ' 5 '].map(secondsOf)).toEqual([90, 90, 3723, 5])
    expect(['', 'x', '1:', '1:2:3:4', '-1', '1.5'].map(secondsOf)).toEqual([null, null, null, null, null, null])
  })
})

describe('the criteria', () => {
  it('that are empty are not sent', () => {
    expect(criteriaOf({ ...EMPTY })).toEqual({})
  })

  it('are sent as the server takes them', () => {
    const form = { ...EMPTY, lead_id: '70', last4: '1234', incident: 'open' as const, least: '1:00', most: '600', qa: 'open' as const }
    expect(criteriaOf(form)).toEqual({ lead_id: 70, last4: '1234', incident: true, least_seconds: 60, most_seconds: 600, qa: 'open' })
  })

  it('that cannot be read are named', () => {
    expect(faultsOf({ ...EMPTY, lead_id: 'x', last4: '12', least: 'long', most: '2:00' })).toEqual({ lead_id: true, last4: true, least: true })
    expect(faultsOf({ ...EMPTY, last4: '0001' })).toEqual({})
  })
})
