import { server, type QueryOf, type Schema } from '@/kit/http'

export type Line = Schema<'RecordingLine'>
export type Search = Omit<Schema<'RecordingSearchBody'>, 'limit'>
export type Recording = Schema<'RecordingDetail'>
export type Mark = Schema<'MarkOut'>
export type Note = Schema<'MomentNote'>
export type Hold = Schema<'HoldOut'>
export type Authority = Schema<'Authority'>
export type Export = Schema<'RecordingExportOut'>
export type ExportState = Schema<'ExportState'>
export type Purpose = Schema<'Purpose'>
export type Run = Schema<'DestructionOut'>
export type Item = Schema<'ItemOut'>

const every = <Code extends string>(codes: Record<Code, true>) => Object.keys(codes) as Code[]
export const KINDS = every<NonNullable<Line['kind']>>({ lead: true, callback: true, complaint: true })
export const QA_STATES = every<Schema<'QaState'>>({ open: true, passed: true, failed: true })
export const STATES = every<Line['state']>({ armed: true, captured: true, stored: true, empty: true, failed: true, destroyed: true })
export const DISPOSITIONS = every<NonNullable<Line['disposition']>>({
  success: true,
  callback: true,
  thinking: true,
  refused: true,
  do_not_call: true,
  wrong_person: true,
  complaint: true,
  not_reached: true,
  machine: true,
  not_entered: true,
  resolved: true,
  unresolved: true
})
export const AUTHORITIES = every<Authority>({ court: true, regulator: true, police: true, lawyers: true })
export const PURPOSES = every<Purpose>({ insurer: true, customer: true, regulator: true, court: true, police: true })
export const EXPORT_STATES = every<ExportState>({ requested: true, approved: true, packed: true, rejected: true, refused: true, expired: true })

const of = (call_id: string) => ({ path: { call_id } })

export const search = (body: Search) => server.POST('/recordings/search', { body: { ...body, limit: 50 } })
export const choices = () => server.GET('/recordings/choices')
export const recording = (call_id: string) => server.GET('/recordings/{call_id}', { params: of(call_id) })
export const audioOf = (call_id: string, reason: string) => server.address('/recordings/{call_id}/audio', { path: { call_id }, query: { reason } })
export const heard = (call_id: string, reason: string, heard_ms: number) =>
  server.POST('/recordings/{call_id}/heard', { params: of(call_id), body: { reason, heard_ms }, keepalive: true })
export const notes = (call_id: string) => server.GET('/recordings/{call_id}/notes', { params: of(call_id) })
export const addNote = (call_id: string, at_ms: number, text: string) => server.POST('/recordings/{call_id}/notes', { params: of(call_id), body: { at_ms, text } })
export const removeNote = (call_id: string, note_id: number) => server.DELETE('/recordings/{call_id}/notes/{note_id}', { params: { path: { call_id, note_id } } })

export const holds = (query: QueryOf<'/recordings/holds'>) => server.GET('/recordings/holds', { params: { query } })
export const placeHold = (body: Schema<'HoldIn'>) => server.POST('/recordings/holds', { body })
export const liftHold = (hold_id: number, reason: string) => server.POST('/recordings/holds/{hold_id}/lift', { params: { path: { hold_id } }, body: { reason } })

export const exports = (query: QueryOf<'/recordings/exports'>) => server.GET('/recordings/exports', { params: { query } })
export const signingKey = () => server.GET('/recordings/exports/key')
export const requestExport = (body: Schema<'ExportIn'>) => server.POST('/recordings/exports', { body })
export const decideExport = (export_id: number, approved: boolean, reason: string) =>
  server.POST('/recordings/exports/{export_id}/decision', { params: { path: { export_id } }, body: { approved, reason } })
export const packOf = (export_id: number) => server.address('/recordings/exports/{export_id}/pack', { path: { export_id } })

export const runs = (query: QueryOf<'/recordings/destruction'>) => server.GET('/recordings/destruction', { params: { query } })
export const propose = (reason: string) => server.POST('/recordings/destruction', { body: { reason } })
export const items = (run_id: number, query: { cursor?: string }) => server.GET('/recordings/destruction/{run_id}/recordings', { params: { path: { run_id }, query } })
export const decideRun = (run_id: number, approved: boolean, reason: string) =>
  server.POST('/recordings/destruction/{run_id}/decision', { params: { path: { run_id } }, body: { approved, reason } })
export const protocol = (run_id: number) => server.GET('/recordings/destruction/{run_id}/protocol', { params: { path: { run_id } } })
