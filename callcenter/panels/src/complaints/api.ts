import { server, type QueryOf, type Schema } from '@/kit/http'

export type Case = Schema<'CaseOut'>
export type CaseState = Schema<'CaseState'>
export type Category = Schema<'Category'>
export type Meter = Schema<'MeterOut'>

/** Every state and category in the order of the page; the compiler reports a new one of the server. */
export const TONES: Record<CaseState, string> = { open: 'bad', decided: 'warn', answered: 'warn', closed: 'good' }
export const STATES = Object.keys(TONES) as CaseState[]

const ALL: Record<Category, true> = { product: true, handling: true, staff_unpunctual: true, staff_attitude: true, staff_ability: true, other: true }
export const CATEGORIES = Object.keys(ALL) as Category[]

export const cases = (query: QueryOf<'/complaints'>) => server.GET('/complaints', { params: { query } })
export const meter = () => server.GET('/complaints/meter')
export const open = (body: Schema<'NewComplaint'>) => server.POST('/complaints', { body })
export const decide = (case_id: number, text: string) =>
  server.POST('/complaints/{case_id}/decision', { params: { path: { case_id } }, body: { text } })
export const signOff = (case_id: number, reason: string) =>
  server.POST('/complaints/{case_id}/sign-off', { params: { path: { case_id } }, body: { reason } })
