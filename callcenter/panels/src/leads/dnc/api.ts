import { server, type QueryOf, type Schema } from '@/kit/http'

export type Entry = Schema<'EntryOut'>
export type Lift = Schema<'LiftOut'>
export type NumberFile = Schema<'NumberOut'>
export type Figures = Schema<'FiguresOut'>
export type ExternalList = Schema<'ListOut'>
export type Delivery = Schema<'DeliveryOut'>
export type Preview = Schema<'DeliveryPreviewOut'>
export type KeyKind = Schema<'KeyKind'>
export type Reason = Schema<'DncReason'>
export type Source = Schema<'DncSource'>
export type EntryState = Schema<'EntryState'>
export type Decision = Schema<'LiftDecision'>
export type Basis = Schema<'LegalBasisOut'>
export type BasisKind = Schema<'BasisKind'>

/** Every code in the order people read them; the compiler says when the server knows one more. */
const ALL_REASONS: Record<Reason, true> = { customer_request: true, refused: true, complaint: true, wrong_person: true, industry_list: true, other: true }
const ALL_SOURCES: Record<Source, true> = { call: true, office: true, complaint: true, external_list: true }
const ALL_KINDS: Record<BasisKind, true> = { written_consent: true, recorded_consent: true, electronic_consent: true, existing_relation: true }
export const TONES: Record<EntryState, string> = { in_force: 'bad', lift_proposed: 'warn', expired: '', lifted: 'good' }
export const REASONS = Object.keys(ALL_REASONS) as Reason[]
export const SOURCES = Object.keys(ALL_SOURCES) as Source[]
export const BASIS_KINDS = Object.keys(ALL_KINDS) as BasisKind[]
export const STATES = Object.keys(TONES) as EntryState[]
/** What a person enters; the rest comes from calls and from lists. */
export const MANUAL_REASONS = REASONS.filter((reason) => reason !== 'industry_list')
/** What the customer asked for: the law sets the shortest term. */
export const CUSTOMERS_OWN: readonly Reason[] = ['customer_request', 'refused', 'complaint']
export const SHORTEST_DAYS = 184

export const basis = (lead_id: number) => server.GET('/leads/{lead_id}/basis', { params: { path: { lead_id } } })
export const addBasis = (lead_id: number, body: Schema<'BasisBody'>) => server.POST('/leads/{lead_id}/basis', { params: { path: { lead_id } }, body })
export const figures = () => server.GET('/dnc/figures')
export const entries = (query: QueryOf<'/dnc/entries'>) => server.GET('/dnc/entries', { params: { query } })
export const enter = (body: Schema<'EnterBody'>) => server.POST('/dnc/entries', { body })
export const lift = (entry_id: number, reason: string) => server.POST('/dnc/entries/{entry_id}/lift', { params: { path: { entry_id } }, body: { reason } })
export const lifts = () => server.GET('/dnc/lifts')
export const decide = (lift_id: number, decision: Decision, reason: string) =>
  server.POST('/dnc/lifts/{lift_id}/decide', { params: { path: { lift_id } }, body: { decision, reason } })
export const search = (phone: string) => server.POST('/dnc/search', { body: { phone } })

const ofDelivery = (delivery_id: number) => ({ path: { delivery_id } })
export const lists = () => server.GET('/dnc/lists')
export const deliveries = (list_id: number) => server.GET('/dnc/lists/{list_id}/deliveries', { params: { path: { list_id } } })
export const withdraw = (list_id: number, reason: string) =>
  server.POST('/dnc/lists/{list_id}/withdraw', { params: { path: { list_id } }, body: { reason } })
/** Files that were uploaded and are not imported yet. */
export const waiting = () => server.GET('/dnc/deliveries')
/** How a file is read; what is left out the server finds. */
export type Reading = QueryOf<'/dnc/deliveries/{delivery_id}/preview'>
export const preview = (delivery_id: number, query: Reading = {}) =>
  server.GET('/dnc/deliveries/{delivery_id}/preview', { params: { ...ofDelivery(delivery_id), query } })
/** Rows of an imported file that held no number, in the file's order. */
export const rejects = (delivery_id: number, after = 0) =>
  server.GET('/dnc/deliveries/{delivery_id}/rejects', { params: { ...ofDelivery(delivery_id), query: { after } } })
export const requestImport = (delivery_id: number, body: Schema<'DeliveryImportBody'>) =>
  server.POST('/dnc/deliveries/{delivery_id}/import', { params: ofDelivery(delivery_id), body })
export const discard = (delivery_id: number) => server.DELETE('/dnc/deliveries/{delivery_id}', { params: ofDelivery(delivery_id) })
export const upload = (file: File, progress: (share: number) => void) => server.upload('/dnc/deliveries', { file }, progress)
