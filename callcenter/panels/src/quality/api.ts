import { address, get, itemsOf, post, type Page } from '@/kit/http'

export type ReviewState = 'open' | 'claimed' | 'decided'
export type Verdict = 'pass' | 'fail' | 'return'

export interface Review {
  id: number
  call_id: string
  agent_name: string
  lead: { name: string; phone: string; district: string } | null
  answered_at: string | null
  duration_ms: number | null
  state: ReviewState
  claimed_by: number | null
  claimed_by_name?: string | null
  claim_expires_at?: string | null
  recording_state: string | null
  disposition: string | null
  details: { visit_at: string | null; visit_address?: string; note: string; script_ticks: string[] }
  verdict?: Verdict | null
  verdict_note?: string
  failed_items?: string[]
}

export interface CardItem {
  key: string
  text_zh: string
  text_en: string
  /** A call in which this failed cannot pass. */
  fatal: boolean
}

export interface Recording {
  call_id: string
  state: string
  duration_ms: number | null
  retain_until: string | null
  sha256: string | null
  /** Up to 800 levels of 0..127 for each side. */
  peaks: { customer: number[]; agent: number[] } | null
}

export const reviews = (state: ReviewState, cursor?: string | null) => get<Page<Review>>('/reviews', { state, cursor })
export const claim = (id: number) => post<Review>(`/reviews/${id}/claim`)
export const release = (id: number) => post<Review>(`/reviews/${id}/release`)
export const decide = (id: number, verdict: Verdict, note: string, failed: string[]) =>
  post<Review>(`/reviews/${id}/verdict`, { verdict, note, failed_items: failed })
export const recording = (call: string) => get<Recording>(`/recordings/${call}`)
export const audioOf = (call: string, reason: string) => address(`/recordings/${call}/audio`, { reason })

export async function card(): Promise<CardItem[]> {
  return itemsOf(await get<Page<CardItem> | CardItem[]>('/reviews/card'))
}
