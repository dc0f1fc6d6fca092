import { get, post, type Page } from '@/kit/http'

export const STATES = ['proposed', 'approved', 'supplied', 'imported', 'refused', 'withdrawn'] as const
export type TargetState = (typeof STATES)[number]
export type Act = 'approve' | 'refuse' | 'withdraw' | 'supply' | 'import'

export interface Step {
  act: string
  at: string
  by_name: string | null
  reason: string
  upload_id: number | null
  list_id: number | null
}

/** A group of customers a branch wants called. */
export interface Target {
  id: number
  branch: string
  campaign_id: number
  name: string
  description: string
  criteria: string
  segmentation: string
  wanted: number
  due_on: string
  state: TargetState
  upload_id: number | null
  lists: number
  good: number
  rejected: number
  /** What I may do about it now. */
  allows: Act[]
  steps: Step[]
}

export interface Proposal {
  campaign_id: number
  name: string
  description: string
  criteria: string
  wanted: number
  due_on: string
}

export interface TargetPage extends Page<Target> {
  counts: Partial<Record<TargetState, number>>
}

export const page = (state?: string, cursor?: string) => get<TargetPage>('/target-groups', { state, cursor })
export const find = (id: number) => get<Target>(`/target-groups/${id}`)
export const propose = (proposal: Proposal) => post<Target>('/target-groups', proposal)
export const decide = (id: number, act: 'approve' | 'refuse' | 'withdraw', reason: string, segmentation = '') =>
  post<Target>(`/target-groups/${id}/${act}`, { reason, ...(act === 'approve' && { segmentation }) })
