/** The ledger: every lead's way, sums, and workbooks that are kept. */
import { address, get, post, type Page } from '@/kit/http'

/** In the order in which a lead passes them; the first three are what is left. */
export const RESULTS = [
  'stock',
  'held',
  'promised',
  'success',
  'thinking',
  'refused',
  'do_not_call',
  'complaint',
  'lapsed',
  'wrong_person',
  'not_reached',
  'invalid_number',
  'on_dnc_list',
  'withdrawn',
  'ruled_out'
] as const
export type Result = (typeof RESULTS)[number]

export const GROUPINGS = ['branch', 'list', 'agent', 'class', 'campaign'] as const
export type By = (typeof GROUPINGS)[number]

export interface Filters {
  branch?: string
  list_id?: number
  campaign_id?: number
  customer_class?: string
  result?: Result
  agent_id?: number
  district?: string
  imported_from?: string
  imported_to?: string
}

export interface Line {
  lead_id: number
  campaign: string
  list_id: number
  list_name: string
  source: string
  branch: string
  target_group: string | null
  line: number
  imported_at: string
  name_masked: string
  phone_masked: string
  customer_class: string
  district: string
  result: Result
  left: boolean
  times_allocated: number
  agents: string[]
  allocated_at: string | null
  returned_why: string | null
  calls: number
  answered: number
  last_called_at: string | null
  last_outcome: string | null
  last_disposition: string | null
  verdict: string | null
  hand_over: string | null
  visits: number
  visit_result: string | null
  complaint: string | null
  do_not_call: boolean
  do_not_call_until: string | null
  basis_withdrawn_at: string | null
}

export interface Total {
  key: string | null
  name: string
  leads: number
  left: number
  allocated: number
  called: number
  reached: number
  calls: number
  passed: number
  signed: number
  reach_rate: number | null
  success_rate: number | null
  results: Record<Result, number>
}

export interface Totals {
  by: By
  whole: Total
  groups: Total[]
}

export interface Choice {
  value: string
  name: string
}

export type Choices = Record<'branches' | 'lists' | 'campaigns' | 'classes' | 'agents', Choice[]>

export interface Ordered {
  id: number
  state: string
  requested_at: string
}

export interface Export {
  id: number
  ordered_by_name: string
  filters: Filters
  scope: string
  as_of: string
  rows: number
  size_bytes: number
  sha256: string
  keep_until: string
}

export const choices = () => get<Choices>('/ledger/choices')

export const rows = (filters: Filters, cursor: string | null = null) =>
  post<Page<Line>>('/ledger/rows', { filters, cursor, limit: 50 })

export const totals = (filters: Filters, by: By) => post<Totals>('/ledger/totals', { filters, by })

export const order = (filters: Filters) => post<Ordered>('/ledger/exports', { filters })

export const exports = (cursor: string | null = null) =>
  get<Page<Export> & { running: Ordered[] }>('/ledger/exports', { cursor })

/** Taken by a plain link, so that the browser writes it to the disk as it comes. */
export const fileOf = (id: number) => address(`/ledger/exports/${id}/file`)
