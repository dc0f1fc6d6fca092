import { get, itemsOf, post, type Page } from '@/kit/http'

export interface Alert {
  id: number
  kind: string
  /** `campaign:3` */
  subject: string
  facts: Record<string, string | number | null>
  raised_at: string
  acknowledged_at: string | null
  acknowledged_by: string | null
  note: string
}

interface Named {
  id: number
  name: string
}

export const alerts = async () => itemsOf(await get<Page<Alert> | Alert[]>('/alerts'))
export const acknowledge = (id: number, note: string) => post<Alert>(`/alerts/${id}/acknowledge`, { note })
export const campaigns = async () => itemsOf(await get<Page<Named> | Named[]>('/campaigns'))
