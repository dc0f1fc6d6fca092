/** The ledger: lines, totals, and kept workbooks. */
import { server, type QueryOf, type Schema } from '@/kit/http'

export type Result = Schema<'LedgerResult'>
export type By = Schema<'LedgerBy'>
export type Filters = Schema<'Filters'>
export type Line = Schema<'LineOut'>
export type Total = Schema<'TotalOut'>
export type Totals = Schema<'TotalsOut'>
export type Choices = Schema<'ChoicesOut'>
export type Export = Schema<'ExportOut'>

/** In the order in which a lead reaches them; leads with the first three are left. */
const ALL_RESULTS: Record<Result, true> = {
  stock: true,
  held: true,
  promised: true,
  success: true,
  thinking: true,
  refused: true,
  do_not_call: true,
  complaint: true,
  lapsed: true,
  wrong_person: true,
  not_reached: true,
  invalid_number: true,
  on_dnc_list: true,
  withdrawn: true,
  ruled_out: true
}
export const RESULTS = Object.keys(ALL_RESULTS) as Result[]
const ALL_GROUPINGS: Record<By, true> = { branch: true, list: true, agent: true, class: true, campaign: true }
export const GROUPINGS = Object.keys(ALL_GROUPINGS) as By[]

export const choices = () => server.GET('/ledger/choices')
export const rows = (filters: Filters, cursor?: string) => server.POST('/ledger/rows', { body: { filters, cursor, limit: 50 } })
export const totals = (filters: Filters, by: By) => server.POST('/ledger/totals', { body: { filters, by } })
export const requestExport = (filters: Filters) => server.POST('/ledger/exports', { body: { filters } })
export const exports = (query: QueryOf<'/ledger/exports'>) => server.GET('/ledger/exports', { params: { query } })
/** For a plain link, so that the browser writes the file to the disk as it comes. */
export const fileOf = (export_id: number) => server.address('/ledger/exports/{export_id}/file', { path: { export_id } })
