import { server, type AnswerOf, type QueryOf, type Schema } from '@/kit/http'
import { allPages } from '@/kit/usePage'

export type Campaign = Schema<'CampaignOut'>
export type Share = Schema<'ShareOut'>
export type Plan = Schema<'PlanOut'>
export type Run = Schema<'RunOut'>
export type Report = Schema<'AllocationReportOut'>
/** One customer of a plan that is not committed yet: without a state. */
export type Planned = Schema<'PlannedOut'>
export type Assignment = Schema<'RunAssignmentOut'>
export type DayUse = AnswerOf<'get', '/allocation/days/{on}'>
export type Use = DayUse['agents'][number]
export type Member = Schema<'MemberOut'>
export type Forecast = Schema<'ForecastOut'>

/** A run of a day is among those made since it came near; what is older than these pages is not looked for. */
const PAGES_OF_RUNS = 4

export const campaigns = async () => (await server.GET('/campaigns')).items
export const days = async (from: string, to: string) => (await server.GET('/calendar', { params: { query: { from, to } } })).days
export const plan = (campaign_id: number, on: string) => server.POST('/allocation/plans', { body: { campaign_id, on } })
export const commit = ({ campaign_id, on, seed, digest }: Plan) => server.POST('/allocation/runs', { body: { campaign_id, on, seed, digest } })
export const runs = (query: QueryOf<'/allocation/runs'>) => server.GET('/allocation/runs', { params: { query } })
export const forecasts = () => server.GET('/allocation/forecast')
export const use = (on: string, campaign_id: number) =>
  server.GET('/allocation/days/{on}', { params: { path: { on }, query: { campaign_id } } })
export const members = (campaign_id: number, on: string) => server.GET('/allocation/members', { params: { query: { campaign_id, on } } })
export const memberHistory = (campaign_id: number) => server.GET('/allocation/members/history', { params: { query: { campaign_id } } })
export const setMembers = (body: Schema<'MembersRequest'>) => server.PUT('/allocation/members', { body })
export const returnLeads = (body: Schema<'ReturnRequest'>) => server.POST('/allocation/return-leads', { body })

/** What each agent got on this day; null when it has not been allocated. */
export async function reportOf(campaign: number, on: string): Promise<Report | null> {
  let cursor: string | null = null
  for (let pages = 0; pages < PAGES_OF_RUNS; pages++) {
    const page: Schema<'RunPage'> = await runs({ cursor })
    const run = page.items.find((one) => one.campaign_id === campaign && one.on === on)
    if (run) return server.GET('/allocation/runs/{run_id}', { params: { path: { run_id: run.run_id } } })
    if (!page.next) break
    cursor = page.next
  }
  return null
}

/** All of one agent's customers in a run. */
export const assignments = (run_id: number, agent_id: number) =>
  allPages<Assignment>((cursor) =>
    server.GET('/allocation/runs/{run_id}/assignments', { params: { path: { run_id }, query: { agent_id, cursor } } })
  )

export const planned = ({ campaign_id, on, seed, digest }: Plan, agent_id: number) =>
  server.POST('/allocation/plans/assignments', { body: { campaign_id, on, seed, digest, agent_id } })
