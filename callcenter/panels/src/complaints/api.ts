import { get, itemsOf, post, type Page } from '@/kit/http'

export interface Obligation {
  state: string
  due_at: string
  attempts: number
  /** How many the rule demands before a supervisor may sign off. */
  attempts_demanded: number
  done_call_id: string | null
}

export interface Case {
  id: number
  category: string
  text: string
  opened_at: string
  answer_due_at: string
  decide_due_at: string
  state: string
  agent_name?: string | null
  lead?: { name: string; phone: string; district?: string } | null
  decision?: string | null
  decided_at?: string | null
  callback: Obligation | null
}

export interface WaitingCase {
  case_id: number
  category?: string
  attempts?: number
  waiting_since: string
  late?: boolean
}

export interface Meter {
  due: number
  done: number
  /** 0..1 */
  rate: number
  open: WaitingCase[]
}

export interface NewCase {
  lead_id?: number
  call_id?: string
  category: string
  text: string
}

export const CATEGORIES = ['product', 'handling', 'staff_unpunctual', 'staff_attitude', 'staff_ability', 'other'] as const
export const STATES = ['open', 'decided', 'answered', 'closed'] as const

export const open = (form: NewCase) => post<unknown>('/complaints', form)
export const cases = async (state?: string) => itemsOf(await get<Page<Case> | Case[]>('/complaints', { state }))
export const meter = () => get<Meter>('/complaints/meter')
export const decide = (id: number, text: string) => post<Case>(`/complaints/${id}/decision`, { text })
export const signOff = (id: number, reason: string) => post<Case>(`/complaints/${id}/sign-off`, { reason })
