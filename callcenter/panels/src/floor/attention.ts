/** Which agents need the leader's eye: who has stayed in a state longer than usual, and who waits without a customer. */
import type { FloorSeat, SeatState } from './api'

/** Seconds after which a state is marked; a state without one may last as long as it does. */
export const LONGEST: Partial<Record<SeatState, number>> = { ready: 120, preview: 60, wrap_up: 120, paused: 15 * 60 }

/** Returns whether the agent has been in this state for too long. */
export function lastsTooLong(seat: Pick<FloorSeat, 'state' | 'since'>, now: number): boolean {
  const longest = LONGEST[seat.state]
  return longest !== undefined && now - Date.parse(seat.since) > longest * 1000
}

/** Returns the agents of a state whose name contains what was typed; without a state, those of all. */
export function seatsOf(seats: FloorSeat[], state: SeatState | 'long' | null, name: string, now: number): FloorSeat[] {
  const wanted = name.trim().toLowerCase()
  return seats.filter(
    (seat) =>
      (state === null || (state === 'long' ? lastsTooLong(seat, now) : seat.state === state)) &&
      seat.name.toLowerCase().includes(wanted)
  )
}
