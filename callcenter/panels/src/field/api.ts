import { server, type QueryOf, type Schema } from '@/kit/http'

export type Visit = Schema<'VisitOut'>
export type Result = Schema<'VisitResult'>
export type Report = Schema<'ReportIn'>
export type HandOver = Schema<'HandOverOut'>
export type HandOverFilter = Schema<'HandOverFilter'>
export type Region = Schema<'RegionOut'>

/** Every result in the order of the page, and its colour; the compiler reports a new result of the server. */
export const TONES: Record<Result, string> = { signed: 'good', thinking: 'busy', refused: 'bad', not_met: 'warn', wrong: 'bad' }
export const RESULTS = Object.keys(TONES) as Result[]

const FILTERS: Record<HandOverFilter, true> = { unknown_region: true, questioned: true, overdue: true, open: true, assigned: true, done: true }
export const HAND_OVER_FILTERS = Object.keys(FILTERS) as HandOverFilter[]

export const visits = (on: string) => server.GET('/field/visits', { params: { query: { on } } })
export const report = (visit_id: number, body: Report) => server.POST('/field/visits/{visit_id}/result', { params: { path: { visit_id } }, body })
export const correct = (visit_id: number, body: Schema<'CorrectionBody'>) =>
  server.POST('/field/visits/{visit_id}/customer', { params: { path: { visit_id } }, body })
export const handOvers = (query: QueryOf<'/field/hand-overs'>) => server.GET('/field/hand-overs', { params: { query } })
export const regions = () => server.GET('/field/regions')
export const assign = (hand_over_id: number, body: Schema<'AssignIn'>) =>
  server.POST('/field/hand-overs/{hand_over_id}/assign', { params: { path: { hand_over_id } }, body })
export const decide = (hand_over_id: number, visit: boolean, reason: string) =>
  server.POST('/field/hand-overs/{hand_over_id}/decision', { params: { path: { hand_over_id } }, body: { visit, reason } })
