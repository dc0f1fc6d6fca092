import { get, itemsOf, patch, put, remove, type Page } from '@/kit/http'

export type Reason = 'leave' | 'sick' | 'training' | 'other'

export interface Cell {
  on: string
  working: boolean
  part: number
  source: 'calendar' | 'row' | 'pattern'
  reason: Reason | null
  missing: string[]
}

export interface Pattern {
  from_on: string
  parts: number[]
}

export interface Line {
  agent_id: number
  name: string
  branch: string
  licence_valid_until: string | null
  patterns: Pattern[]
  days: Cell[]
}

export interface Column {
  on: string
  working: boolean
  provisional: boolean
  agents: number
  parts: number
}

export interface Roster {
  days: Column[]
  lines: Line[]
  next: string | null
}

export interface RosterRequest {
  staff_ids: number[]
  days: string[]
  working: boolean | null
  part?: number
  reason?: Reason | null
}

/** `from_on` is null for the campaign's own figure, `staff_id` for a word about everybody. */
export interface Quota {
  id?: number | null
  staff_id: number | null
  campaign_id: number
  quota: number
  from_on: string | null
  reason: string
}

export interface Shift {
  opens: string
  closes: string
}

export type CampaignState = 'preparing' | 'running' | 'closed'

export interface Campaign {
  id: number
  name: string
  product: string
  state: CampaignState
  mode: 'preview' | 'progressive'
  legal_hours: Shift
  shifts: Shift[]
  quota: number
  ring_seconds: number
  wrap_up_seconds: number
  max_attempts: number
  cap_per_day: number
  cap_per_7_days: number
}

export interface CalendarDay {
  on: string
  working: boolean
  kind: 'weekday' | 'weekend' | 'make_up' | 'holiday'
  holiday: string | null
  provisional: boolean
  override: { working: boolean; reason: string; by: string | null; at: string } | null
}

export interface DayAnswer {
  day: CalendarDay
  runs: { run_id: number; campaign_id: number }[]
}

/** All agents of the reader's scope, page after page. */
export async function roster(from: string, to: string): Promise<Roster> {
  let found = await get<Roster>('/people/roster', { from, to })
  const lines = [...found.lines]
  while (found.next) {
    found = await get<Roster>('/people/roster', { from, to, cursor: found.next })
    lines.push(...found.lines)
  }
  return { ...found, lines }
}
export const setRoster = (wish: RosterRequest) => put<{ cells: number }>('/people/roster', wish)
export const setPattern = (agent: number, pattern: Pattern) => put<void>(`/people/${agent}/pattern`, pattern)

export const campaigns = async () => itemsOf(await get<Page<Campaign> | Campaign[]>('/campaigns'))
export const changeCampaign = (id: number, changes: Partial<Campaign> & { reason: string }) =>
  patch<Campaign>(`/campaigns/${id}`, changes)

export const quotas = async (campaign: number) =>
  itemsOf(await get<Page<Quota> | Quota[]>('/allocation/quotas', { campaign_id: campaign }))
export const setQuota = (quota: Omit<Quota, 'id'>) => put<Quota>('/allocation/quotas', quota)

export const calendar = async (from: string, to: string) =>
  (await get<{ days: CalendarDay[] }>('/calendar', { from, to })).days
export const changeDay = (on: string, working: boolean, reason: string) =>
  put<DayAnswer>(`/calendar/${on}`, { working, reason })
export const restoreDay = (on: string, reason: string) =>
  remove<DayAnswer>(`/calendar/${on}?reason=${encodeURIComponent(reason)}`)
