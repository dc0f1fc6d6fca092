/** How the ledger's figures and results are shown. */
import type { Result, Total } from './api'

export interface Segment {
  key: 'left' | 'success' | 'thinking' | 'no' | 'unreached' | 'on_dnc_list'
  results: Result[]
}

/** The parts of the bar: few enough to be distinguished; together they contain every result. */
export const SEGMENTS: Segment[] = [
  { key: 'success', results: ['success'] },
  { key: 'thinking', results: ['thinking', 'lapsed'] },
  { key: 'no', results: ['refused', 'do_not_call', 'complaint', 'wrong_person'] },
  { key: 'unreached', results: ['not_reached', 'invalid_number'] },
  { key: 'on_dnc_list', results: ['on_dnc_list', 'withdrawn', 'ruled_out'] },
  { key: 'left', results: ['stock', 'held', 'promised'] }
]

export function partsOf(total: Total): { key: Segment['key']; count: number; share: number }[] {
  return SEGMENTS.map((segment) => {
    const count = segment.results.reduce((sum, result) => sum + (total.results[result] ?? 0), 0)
    return { key: segment.key, count, share: total.leads ? count / total.leads : 0 }
  })
}

/** Colour of the pill of a result. */
export function toneOf(result: Result): string {
  if (result === 'success') return 'good'
  if (result === 'held' || result === 'promised') return 'busy'
  if (result === 'thinking' || result === 'lapsed') return 'warn'
  if (result === 'complaint' || result === 'on_dnc_list' || result === 'withdrawn') return 'bad'
  return ''
}
