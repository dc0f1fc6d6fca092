import { get, itemsOf, post, upload, type Page } from '@/kit/http'

export interface LeadList {
  id: number
  name: string
  campaign_id: number
  imported_at: string
  rows: number
  good: number
  rejected: number
  reasons: Record<string, number>
}

export interface ImportReport {
  list_id: number
  rows: number
  good: number
  rejected: number
  reasons: Record<string, number>
  already_imported: boolean
}

export interface Reject {
  line: number
  reason: string
}

export interface Campaign {
  id: number
  name: string
  state?: string
  mode: string
  quota: number
}

export interface Run {
  run_id: number
  campaign_id: number
  on: string
  agents: number
  assigned: number
  carried?: number
  shortage: number
  stock_left?: number
  forecast_days?: number | null
  already_run?: boolean
}

export const lists = async () => itemsOf(await get<Page<LeadList> | LeadList[]>('/lead-lists'))
export const rejects = async (id: number) => itemsOf(await get<Page<Reject> | Reject[]>(`/lead-lists/${id}/rejects`))
export const campaigns = async () => itemsOf(await get<Page<Campaign> | Campaign[]>('/campaigns'))
export const runs = async () => itemsOf(await get<Page<Run> | Run[]>('/allocation/runs'))
export const allocate = (campaign: number, on: string) => post<Run>('/allocation/runs', { campaign_id: campaign, on })

export function importList(file: File, name: string, campaign: number, progress: (share: number) => void) {
  const form = new FormData()
  form.append('file', file)
  form.append('name', name)
  form.append('campaign_id', String(campaign))
  return upload<ImportReport>('/lead-lists', form, progress)
}
