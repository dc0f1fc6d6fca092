import { get, itemsOf, post, type Page } from '@/kit/http'

export const STATES = ['stock', 'assigned', 'closed'] as const
export const DNC_REASONS = ['customer_request', 'refused', 'complaint', 'wrong_person', 'other'] as const

export interface Wish {
  name: string
  phone: string
  last4: string
  list_id: number | null
  campaign_id: number | null
  customer_class: string
  state: string
}

export interface Hit {
  id: number
  campaign_id: number
  list_id: number
  list_name: string
  name_masked: string
  phone_masked: string
  gender: string | null
  age: number | null
  district: string
  customer_class: string
  state: string
  basis_withdrawn: boolean
  do_not_call: boolean
  imported_at: string
}

export interface Field {
  key: string
  /** null: a known column, which this page names. */
  title: string | null
  kind: string
  value: string | number | boolean
  masked: boolean
}

export interface Barring {
  id: number
  reason: string
  source: string
  entered_at: string
  entered_by: string | null
  until: string | null
  lifted_at: string | null
  lifted_by: string | null
  lifted_why: string | null
  in_force: boolean
}

export interface Customer {
  id: number
  campaign_id: number
  list_id: number
  list_name: string
  line: number
  source: string
  branch: string
  name_masked: string
  phone_masked: string
  address_masked: string
  carrier: string
  city: string
  gender: string | null
  age: number | null
  district: string
  occupation: string
  customer_class: string
  state: string
  imported_at: string
  basis: { kind: string; reference: string; withdrawn_at: string | null; withdrawn_by: string | null; withdrawn_why: string | null }
  fields: Field[]
  barrings: Barring[]
  elsewhere: { id: number; campaign_id: number; list_id: number; state: string }[]
}

export interface Clear {
  name: string
  phone: string
  address: string
  district: string
  birth_on: string | null
  age: number | null
  fields: Field[]
}

export interface Person {
  id: number
  name: string
}

export interface Gate {
  rule: string
  passes: boolean
  /** false: it does not stop the call, it only makes it unlikely. */
  enforced: boolean
  reason: { code: string; text: string; params: Record<string, unknown> } | null
  passes_at: string | null
}

export interface Explanation {
  lead_id: number
  at: string
  kind: string
  agent: Person | null
  assignment: { assignment_id: number; agent: Person; work_on: string; state: string; due_at: string; attempts: number; reason: string; result: string | null } | null
  callback: { callback_id: number; kind: string; state: string; agent: Person | null; due_at: string; opens_to_team_at: string } | null
  gates: Gate[]
  callable: boolean
  next_possible_at: string | null
}

export interface Happening {
  key: string
  at: string
  kind: string
  lead_id: number | null
  campaign_id: number | null
  by: Person | null
  agent: Person | null
  call_id: string | null
  facts: Record<string, unknown>
  /** The recording, for those who may listen. */
  link: string | null
}

export interface Choice {
  id: number
  name: string
}

export const search = (wish: Partial<Wish>, cursor?: string | null) =>
  post<Page<Hit>>('/leads/search', { ...wish, cursor: cursor ? Number(cursor) : null, limit: 50 })
export const customer = (id: number) => get<Customer>(`/leads/${id}`)
export const reveal = (id: number, reason: string) => post<Clear>(`/leads/${id}/reveal`, { reason })
export const gates = (id: number, agent?: number | null) => get<Explanation>(`/leads/${id}/gates`, { agent_id: agent })
export const bar = (id: number, entry: { reason: string; permanent: boolean; note: string }) =>
  post<unknown>('/dnc/entries', { lead_id: id, source: 'office', ...entry })
export const withdraw = (id: number, reason: string) => post<unknown>(`/leads/${id}/basis/withdraw`, { reason, all_campaigns: true })

export function history(id: number, kinds: readonly string[], cursor?: string | null): Promise<Page<Happening>> {
  const query = new URLSearchParams([...kinds.map((kind): [string, string] => ['kind', kind]), ['limit', '30']])
  if (cursor) query.set('cursor', cursor)
  return get<Page<Happening>>(`/leads/${id}/history?${query}`)
}

export const campaigns = async () => itemsOf(await get<Page<Choice> | Choice[]>('/campaigns'))
export const lists = async () => itemsOf(await get<Page<Choice> | Choice[]>('/lead-lists', { limit: 200 }))
export const agents = async (search: string) => itemsOf(await get<Page<Choice> | Choice[]>('/people/choices', { role: 'agent', search }))

export interface Scheme {
  id: number
  key: string
  name_zh: string
  name_en: string
  classes: { code: string; name_zh: string; name_en: string }[]
}

export interface LeadClass {
  scheme_id: number
  code: string
  name_zh: string
  name_en: string
  source: string
  reason: string
  set_by: string
}

export const schemes = async () => itemsOf(await get<Page<Scheme> | Scheme[]>('/class-schemes'))
export const classesOf = async (id: number) => itemsOf(await get<Page<LeadClass> | LeadClass[]>(`/leads/${id}/classes`))
/** `code` null gives the customer back to the rules. */
export const setClass = async (id: number, scheme: number, code: string | null, reason: string) =>
  itemsOf(await post<Page<LeadClass> | LeadClass[]>(`/leads/${id}/class`, { scheme_id: scheme, code, reason }))

export async function classes(): Promise<string[]> {
  return [...new Set((await schemes()).flatMap((scheme) => scheme.classes.map((one) => one.name_zh)))]
}
