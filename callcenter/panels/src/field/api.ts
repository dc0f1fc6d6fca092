import { get, itemsOf, post, type Page } from '@/kit/http'

export type Result = 'signed' | 'thinking' | 'refused' | 'not_met' | 'wrong'

export interface Visit {
  id: number
  position: number
  /** Which visit to this customer it is, from 1. */
  number?: number
  customer: { name: string; phone: string | null; address: string; district: string; age: number | null }
  visit_at: string | null
  state: string
  result: Result | null
  note: string
  next_at: string | null
  call_note: string
}

export interface VisitResult {
  result: Result
  note: string
  next_at?: string
}

export interface Named {
  id: number
  name: string
}

export type HandOverState = 'unknown_region' | 'overdue' | 'open' | 'assigned' | 'done'

export interface HandOver {
  id: number
  district: string
  region: Named | null
  due_at: string
  /** When the customer wants to be visited. */
  requested_visit_at?: string | null
  overdue?: boolean
  assigned_to: Named | null
  state: string
  /** Why it stands where it stands. */
  reason?: string
  lead?: { name: string; phone: string } | null
}

export interface Region {
  id: number
  name: string
  districts: string[]
  leader: Named | null
  agents: Named[]
}

export type Assignment = ({ field_agent_id: number } | { region_id: number }) & { reason: string }

export const RESULTS: Result[] = ['signed', 'thinking', 'refused', 'not_met', 'wrong']

export const visits = async (on: string) => itemsOf(await get<Page<Visit> | Visit[]>('/field/visits', { on }))
export const report = (id: number, result: VisitResult) => post<unknown>(`/field/visits/${id}/result`, result)
export const handOvers = async (state: HandOverState) =>
  itemsOf(await get<Page<HandOver> | HandOver[]>('/field/hand-overs', { state }))
export const regions = async () => itemsOf(await get<Page<Region> | Region[]>('/field/regions'))
export const assign = (id: number, to: Assignment) => post<HandOver>(`/field/hand-overs/${id}/assign`, to)
