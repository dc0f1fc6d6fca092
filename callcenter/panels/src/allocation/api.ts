import { get, itemsOf, post, type Page } from '@/kit/http'

export interface Campaign {
  id: number
  name: string
  state: string
}

export interface Share {
  agent_id: number
  name: string
  quota: number
  part: number
  carried: number
  new: number
  by_class: Record<string, number>
  by_district: Record<string, number>
  returned: number
  reassigned: number
  /** Why a phone agent is given nothing. */
  excluded: string | null
}

interface Figures {
  campaign_id: number
  on: string
  seed: number
  assigned: number
  carried: number
  returned: number
  shortage: number
  stock_left: number
  forecast_days: number | null
}

export interface Plan extends Figures {
  digest: string
  provisional: boolean
  agents: Share[]
  stock: { by_class: Record<string, number> }
}

export interface Run extends Figures {
  run_id: number
  made_at: string
  agents: number
  already_run: boolean
}

export interface Report extends Run {
  shares: Share[]
}

/** Of a plan that is not committed yet: without a state. */
export interface Planned {
  position: number
  reason: string
  reason_code: string
  reason_facts: Record<string, string | number | null>
  lead: { id: number; name_masked: string; phone_masked: string; district: string; customer_class: string }
}

export interface Assignment extends Planned {
  id: number
  agent_id: number
  state: string
}

export interface Use {
  agent_id: number
  name: string
  quota: number
  held: number
  open: number
  active: number
  done: number
  attempts: number
  next_due_at: string | null
}

export interface DayUse {
  on: string
  agents: Use[]
  totals: Omit<Use, 'agent_id' | 'name' | 'next_due_at'> & { agents: number }
}

export interface Forecast {
  campaign_id: number
  name: string
  stock: number
  daily_need: number
  days: number | null
  warn_below: number
  low: boolean
}

interface Day {
  on: string
  working: boolean
  provisional: boolean
}

export const campaigns = async () => itemsOf(await get<Page<Campaign> | Campaign[]>('/campaigns'))
export const days = async (from: string, to: string) => (await get<{ days: Day[] }>('/calendar', { from, to })).days
export const plan = (campaign: number, on: string) => post<Plan>('/allocation/plans', { campaign_id: campaign, on })
export const commit = ({ campaign_id, on, seed, digest }: Plan) => post<Report>('/allocation/runs', { campaign_id, on, seed, digest })
export const runs = (cursor?: string) => get<Page<Run>>('/allocation/runs', { cursor })
export const run = (id: number) => get<Report>(`/allocation/runs/${id}`)
export const forecast = () => get<Forecast[]>('/allocation/forecast')
export const use = (on: string, campaign: number) => get<DayUse>(`/allocation/days/${on}`, { campaign_id: campaign })
export const returnLeads = (agent: number, reason: string, reassign: boolean) =>
  post<{ returned: number; allocated: number; left: number }>('/allocation/return-leads', { agent_id: agent, reason, reassign })

/** All of one agent's in a run, page after page. */
export async function assignments(run: number, agent: number): Promise<Assignment[]> {
  const found: Assignment[] = []
  let cursor: string | null = null
  do {
    const page: Page<Assignment> = await get(`/allocation/runs/${run}/assignments`, { agent_id: agent, cursor })
    found.push(...page.items)
    cursor = page.next
  } while (cursor)
  return found
}

export const planned = (plan: Plan, agent: number) =>
  post<Planned[]>('/allocation/plans/assignments', {
    campaign_id: plan.campaign_id,
    on: plan.on,
    seed: plan.seed,
    digest: plan.digest,
    agent_id: agent
  })
