/** Decides which verdicts are possible, to disable buttons early. The server decides again. */
import type { CardItem, Verdict } from './api'

export type Obstacle = 'fatal_failed' | 'nothing_failed' | 'nothing_to_correct' | 'not_stored'

export function obstacleTo(
  verdict: Verdict,
  facts: { items: CardItem[]; failed: string[]; note: string; stored: boolean }
): Obstacle | null {
  const fatal = facts.items.some((item) => item.fatal && facts.failed.includes(item.key))
  if (verdict === 'pass' && fatal) return 'fatal_failed'
  if (verdict === 'pass' && !facts.stored) return 'not_stored'
  if (verdict === 'fail' && !facts.failed.length) return 'nothing_failed'
  if (verdict === 'return' && !facts.note.trim()) return 'nothing_to_correct'
  return null
}
