import { server, type QueryOf, type Schema } from '@/kit/http'

export type Search = Omit<Schema<'SearchBody'>, 'limit'>
export type Hit = Schema<'CustomerHit'>
export type Customer = Schema<'CustomerFile'>
/** The same customer without masks. */
export type Clear = Schema<'ClearFile'>
export type Field = Schema<'CustomerField'>
export type Explanation = Schema<'ExplanationOut'>
export type Gate = Schema<'GateOut'>
export type HistoryEvent = Schema<'EventOut'>
export type Happening = Schema<'Happening'>
export type Scheme = Schema<'SchemeOut'>
export type LeadClass = Schema<'LeadClassOut'>
export type LeadState = Schema<'LeadState'>

const ALL_STATES: Record<LeadState, true> = { stock: true, assigned: true, closed: true }
export const STATES = Object.keys(ALL_STATES) as LeadState[]

const of = (lead_id: number) => ({ path: { lead_id } })

export const search = (body: Search) => server.POST('/leads/search', { body: { ...body, limit: 50 } })
export const lists = () => server.GET('/lead-lists', { params: { query: { limit: 200 } } })
export const agents = (search: string) => server.GET('/people/choices', { params: { query: { role: 'agent', search } } })
export const schemes = async () => (await server.GET('/class-schemes')).items

export const customer = (lead_id: number) => server.GET('/leads/{lead_id}', { params: of(lead_id) })
export const reveal = (lead_id: number, reason: string) => server.POST('/leads/{lead_id}/reveal', { params: of(lead_id), body: { reason } })
export type Change = Schema<'CustomerChange'>
export const changes = (lead_id: number) => server.GET('/leads/{lead_id}/changes', { params: of(lead_id) })
export const correct = (lead_id: number, body: Schema<'CorrectionBody'>) => server.POST('/leads/{lead_id}/corrections', { params: of(lead_id), body })
export const reopen = (lead_id: number, reason: string) => server.POST('/leads/{lead_id}/reopen', { params: of(lead_id), body: { reason } })
export const gates = (lead_id: number, agent_id: number | null) =>
  server.GET('/leads/{lead_id}/gates', { params: { ...of(lead_id), query: { agent_id: agent_id ?? undefined } } })
export const history = (lead_id: number, query: QueryOf<'/leads/{lead_id}/history'>) =>
  server.GET('/leads/{lead_id}/history', { params: { ...of(lead_id), query: { ...query, limit: 30 } } })
export type Words = Schema<'WordsOut'>
export const readNote = (lead_id: number, key: string, reason: string) =>
  server.POST('/leads/{lead_id}/history/{key}/note', { params: { path: { lead_id, key } }, body: { reason } })
export const withdrawConsent = (lead_id: number, reason: string) =>
  server.POST('/leads/{lead_id}/basis/withdraw', { params: of(lead_id), body: { reason, all_campaigns: true } })
export const classesOf = async (lead_id: number) => (await server.GET('/leads/{lead_id}/classes', { params: of(lead_id) })).items
/** Without a code the rules decide again. */
export const setClass = async (lead_id: number, body: Schema<'ManualClassIn'>) =>
  (await server.POST('/leads/{lead_id}/class', { params: of(lead_id), body })).items
