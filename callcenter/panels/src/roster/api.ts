import { server, type Schema } from '@/kit/http'
import { allPages } from '@/kit/usePage'

export type Roster = Schema<'RosterOut'>
export type Line = Schema<'RosterLineOut'>
export type Cell = Schema<'RosterCellOut'>
export type Column = Schema<'RosterDayOut'>
export type Reason = Schema<'RosterReason'>
/** `from_on` is null for the campaign's own figure, `staff_id` for a quota of everybody. */
export type Quota = Schema<'QuotaOut'>
export type Shift = Schema<'ShiftOut'>
export type Campaign = Schema<'CampaignOut'>
export type CampaignChange = Schema<'CampaignChange'>
export type Mode = Schema<'DialMode'>
export type CalendarDay = Schema<'CalendarDayOut'>
export type ServiceHours = Schema<'ServiceHoursOut'>
export type DayAnswer = Schema<'DayAnswer'>

export type AgentFields = Campaign['agent_fields']
export type AgentField = Schema<'AgentField'>
export type Showing = Schema<'Showing'>

/** Every field once, in the order of the card; false: it has no masked form. */
const MASKABLE: Record<AgentField, boolean> = {
  gender: false,
  age: true,
  birth_on: true,
  district: true,
  address: true,
  occupation: true,
  customer_class: false,
  employer: true,
  household: true,
  income: true,
  policies: true,
  claims: true,
  preferences: true,
  risk: true,
  service_feedback: true,
  referral_source: true,
  further: true
}
export const AGENT_FIELDS = Object.keys(MASKABLE) as AgentField[]
export const showingsOf = (field: AgentField): (Showing | 'hidden')[] => (MASKABLE[field] ? ['clear', 'masked', 'hidden'] : ['clear', 'hidden'])

const ALL_MODES: Record<Mode, true> = { preview: true, progressive: true }
export const MODES = Object.keys(ALL_MODES) as Mode[]

const ALL_DAYS: Record<Schema<'ServiceDays'>, true> = { every_day: true, working_days: true }
export const SERVICE_DAYS = Object.keys(ALL_DAYS) as Schema<'ServiceDays'>[]

/** All agents of the reader's scope. */
export async function roster(from: string, to: string): Promise<Pick<Roster, 'days' | 'lines'>> {
  let days: Column[] = []
  const lines = await allPages<Line>(async (cursor) => {
    const page = await server.GET('/people/roster', { params: { query: { from, to, cursor } } })
    days = page.days
    return { items: page.lines, next: page.next }
  })
  return { days, lines }
}
export const setRoster = (body: Schema<'RosterRequest'>) => server.PUT('/people/roster', { body })
export const setPattern = (staff_id: number, body: Schema<'PatternIn'>) =>
  server.PUT('/people/{staff_id}/pattern', { params: { path: { staff_id } }, body })

export const campaigns = async () => (await server.GET('/campaigns')).items
export const changeCampaign = (campaign_id: number, body: CampaignChange) =>
  server.PATCH('/campaigns/{campaign_id}', { params: { path: { campaign_id } }, body })

export const campaignHistory = (campaign_id: number) => server.GET('/campaigns/{campaign_id}/history', { params: { path: { campaign_id } } })
export const classSchemes = async () => (await server.GET('/class-schemes')).items
export const ruleSets = () => server.GET('/rule-sets')

export const serviceHours = () => server.GET('/service-hours')
export const changeServiceHours = (body: Schema<'ServiceHoursIn'>) => server.PUT('/service-hours', { body })
export const serviceHoursHistory = () => server.GET('/service-hours/history')

export const quotas = (campaign_id: number) => server.GET('/allocation/quotas', { params: { query: { campaign_id } } })
/** Working day → leads of the campaign that the agents can take. */
export const capacity = async (campaign_id: number, from: string, to: string): Promise<Record<string, number>> => {
  const days = await server.GET('/allocation/capacity', { params: { query: { campaign_id, from, to } } })
  return Object.fromEntries(days.map((day) => [day.on, day.leads]))
}
export const removeQuota = (quota_id: number, reason: string) =>
  server.DELETE('/allocation/quotas/{quota_id}', { params: { path: { quota_id }, query: { reason } } })
export const setQuota = (body: Schema<'QuotaRequest'>) => server.PUT('/allocation/quotas', { body })

export const calendar = async (from: string, to: string) => (await server.GET('/calendar', { params: { query: { from, to } } })).days
export const calendarHistory = (from: string, to: string) => server.GET('/calendar/history', { params: { query: { from, to } } })
export const changeDay = (on: string, working: boolean, reason: string) =>
  server.PUT('/calendar/{on}', { params: { path: { on } }, body: { working, reason } })
export const restoreDay = (on: string, reason: string) => server.DELETE('/calendar/{on}', { params: { path: { on }, query: { reason } } })
