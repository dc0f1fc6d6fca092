import { describe, expect, it } from 'vitest'
import type { FloorSeat } from './api'
import { lastsTooLong, LONGEST, seatsOf } from './attention'

const NOW = Date.parse('2026-11-23T02:30:00Z')
const seat = (state: FloorSeat['state'], seconds: number, name = '王芳') =>
  ({ state, name, since: new Date(NOW - seconds * 1000).toISOString() }) as FloorSeat

describe('an agent needs the eye of the leader', () => {
  it('after the longest time that a state usually lasts, and never for a long conversation', () => {
    expect(lastsTooLong(seat('ready', LONGEST.ready!), NOW)).toBe(false)
    expect(lastsTooLong(seat('ready', LONGEST.ready! + 1), NOW)).toBe(true)
    expect(lastsTooLong(seat('paused', 16 * 60), NOW)).toBe(true)
    expect(lastsTooLong(seat('on_call', 3 * 3600), NOW)).toBe(false)
  })

  it('and is found by state, by name and by that mark', () => {
    const seats = [seat('ready', 500), seat('ready', 5, 'Li Na'), seat('on_call', 500, 'Li Wei')]
    expect(seatsOf(seats, 'ready', '', NOW)).toHaveLength(2)
    expect(seatsOf(seats, null, ' li ', NOW).map((one) => one.name)).toEqual(['Li Na', 'Li Wei'])
    expect(seatsOf(seats, 'long', '', NOW)).toEqual([seats[0]])
  })
})
