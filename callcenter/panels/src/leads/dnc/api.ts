import type { Job } from '@/kit/job'
import { get, post, remove, upload as send, type Page } from '@/kit/http'

export const REASONS = ['customer_request', 'refused', 'complaint', 'wrong_person', 'industry_list', 'other'] as const
/** What a person enters manually; the rest comes from calls and from lists. */
export const MANUAL = ['customer_request', 'refused', 'complaint', 'wrong_person', 'other'] as const
export const CUSTOMERS_OWN: readonly string[] = ['customer_request', 'refused', 'complaint']
export const SOURCES = ['call', 'office', 'complaint', 'external_list'] as const
export const STATES = ['in_force', 'lift_proposed', 'expired', 'lifted'] as const
export const SHORTEST_DAYS = 184

export type KeyKind = 'phone' | 'sha256' | 'md5' | 'sm3'

export interface Lift {
  id: number
  proposed_at: string
  proposed_by: number
  proposed_by_name: string
  why: string
  decided_at: string | null
  decided_by_name: string
  decision: 'confirmed' | 'declined' | null
  decided_why: string
}

export interface Entry {
  id: number
  phone_masked: string
  reason: string
  source: string
  state: string
  needs_second: boolean
  lead_id: number | null
  call_id: string | null
  list_name: string | null
  entered_at: string
  entered_by_name: string
  until: string | null
  lifted_at: string | null
  lifted_by_name: string
  lifted_why: string | null
  note: string
  lifts: Lift[]
}

export interface NumberFile {
  phone_masked: string
  do_not_call: boolean
  entries: Entry[]
  on_lists: string[]
  leads: number
}

export interface Figures {
  in_force: number
  permanent: number
  by_reason: Record<string, number>
  by_source: Record<string, number>
  ending_30_days: number
  lifts_waiting: number
  list_keys: number
}

export interface Delivery {
  id: number
  list_id: number | null
  file_name: string
  state: string
  kind: KeyKind | null
  uploaded_at: string
  job_id: number | null
  delivered_at: string | null
  until: string | null
  rows: number
  keys: number
  malformed: number
  reasons: Record<string, number>
  duplicates: number
  new: number
  known: number
  ended: number
  matched: number
}

export interface Preview {
  kind: KeyKind | null
  kinds: KeyKind[]
  column: number
  header: boolean
  rows_about: number | null
  looked_at: number
  malformed: Record<string, number>
  sample: string[]
}

export interface ExternalList {
  id: number
  name: string
  supplier: string
  term_days: number | null
  withdrawn_at: string | null
  withdrawn_why: string | null
  in_force: Delivery | null
  deliveries: number
}

export const BASIS_KINDS = ['written_consent', 'recorded_consent', 'electronic_consent', 'existing_relation'] as const

export interface BasisEvent {
  id: number
  act: string
  kind: string | null
  reference: string
  valid_until: string | null
  dated_on: string | null
  note: string
  reason: string
  at: string
  by_name: string
}

export interface Basis {
  lead_id: number
  valid: boolean
  kind: string
  reference: string
  valid_until: string | null
  withdrawn_at: string | null
  withdrawn_why: string | null
  history: BasisEvent[]
}

export interface NewEvidence {
  kind: string
  reference: string
  dated_on: string | null
  valid_until: string | null
  note: string
  reason: string
}

export interface Filter {
  reason: string
  source: string
  state: string
}

export interface NewEntry {
  phone: string
  reason: string
  source: 'office' | 'complaint'
  permanent: boolean
  until_on: string | null
  note: string
}

export interface Order {
  list_id: number | null
  name: string
  supplier: string
  term_days: number | null
  kind: KeyKind | null
}

export const basis = (leadId: number) => get<Basis>(`/leads/${leadId}/basis`)
export const addBasis = (leadId: number, evidence: NewEvidence) => post<Basis>(`/leads/${leadId}/basis`, evidence)
export const figures = () => get<Figures>('/dnc/figures')
export const entries = (filter: Filter, cursor?: string) => get<Page<Entry>>('/dnc/entries', { ...filter, cursor })
export const enter = (entry: NewEntry) => post<Entry>('/dnc/entries', entry)
export const lift = (id: number, reason: string) => post<Entry>(`/dnc/entries/${id}/lift`, { reason })
export const lifts = () => get<Entry[]>('/dnc/lifts')
export const decide = (id: number, decision: 'confirmed' | 'declined', reason: string) =>
  post<Entry>(`/dnc/lifts/${id}/decide`, { decision, reason })
export const search = (phone: string) => post<NumberFile>('/dnc/search', { phone })
export const lists = () => get<ExternalList[]>('/dnc/lists')
export const deliveries = (id: number) => get<Delivery[]>(`/dnc/lists/${id}/deliveries`)
export const withdraw = (id: number, reason: string) => post<{ ended: number }>(`/dnc/lists/${id}/withdraw`, { reason })
export const waiting = () => get<Delivery[]>('/dnc/deliveries')
export const preview = (id: number) => get<Preview>(`/dnc/deliveries/${id}/preview`)
export const order = (id: number, wish: Order) => post<Job>(`/dnc/deliveries/${id}/import`, wish)
export const discard = (id: number) => remove<void>(`/dnc/deliveries/${id}`)

export function upload(file: File, progress: (share: number) => void): Promise<{ delivery: Delivery; preview: Preview }> {
  const form = new FormData()
  form.append('file', file)
  return send('/dnc/deliveries', form, progress)
}
