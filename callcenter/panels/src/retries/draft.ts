/** Retry rules while they are edited: a line for every kind of call, also for those after which the lead ends. */
import { KINDS, type Retries, type RetryAfter } from './api'

export interface Line {
  after: RetryAfter
  /** Off: such a call ends the lead. */
  again: boolean
  hours: number
  most: number
  spread: boolean
}

export interface Draft {
  lines: Line[]
  gap: number
  parts: string[]
}

export function draftOf(saved: Retries): Draft {
  const lines = KINDS.map((after) => {
    const rule = saved.rules.find((one) => one.after === after)
    return { after, again: !!rule, hours: (rule?.delay_minutes ?? 180) / 60, most: rule?.most ?? 3, spread: rule?.spread ?? true }
  })
  return { lines, gap: saved.min_gap_minutes, parts: [...saved.day_parts] }
}

export function retriesOf(draft: Draft): Retries {
  return {
    rules: draft.lines
      .filter((line) => line.again)
      .map(({ after, hours, most, spread }) => ({ after, delay_minutes: Math.round(hours * 60), most, spread })),
    min_gap_minutes: draft.gap,
    day_parts: [...new Set(draft.parts.filter(Boolean))].sort()
  }
}

/** 00:00–12:00, 12:00–15:30 … */
export function partsOf(begins: string[]): string[] {
  const edges = ['00:00', ...[...new Set(begins.filter(Boolean))].sort(), '24:00']
  return edges.slice(1).map((end, index) => `${edges[index]}–${end}`)
}
