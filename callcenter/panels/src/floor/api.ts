import { get } from '@/kit/http'

export interface FloorSeat {
  agent_id: number
  name: string
  state: string
  since: string
  pause_code: string | null
  mode: string
  leg: string
  /** Rehearsal only: played by the simulated carrier. */
  robot?: boolean
  call: { state: string; answered_at: string | null; kind: string } | null
  today: { calls: number; answered: number; successes: number; assigned: number; done: number }
}

export interface FloorSnapshot {
  now: string
  rehearsal: boolean
  seats: FloorSeat[]
  totals: {
    placed: number
    answered: number
    successes: number
    live: number
    recordings_stored: number
    incidents_open: number
    complaints_due: number
    complaints_done: number
  }
  window: { open: boolean; until?: string | null; opens_at?: string | null }
}

export const floor = () => get<FloorSnapshot>('/floor')

export const STREAM = '/floor/stream'
export const EVENT = 'floor'
