/** What the roster page calculates: spans of days, a rectangle of cells, quotas. */
import { addDays } from '@/kit/time'
import type { Column, Line, Quota, Reason } from './api'

export interface Rectangle {
  anchor: { row: number; column: number }
  corner: { row: number; column: number }
}

/** What a brush sets in the cells it is used on; `working` null: as the pattern says. */
export interface Brush {
  key: string
  name: 'full' | 'half' | 'part' | Reason | 'restore'
  working: boolean | null
  part: number
  reason: Reason | null
}

export const BRUSHES: Brush[] = [
  { key: '1', name: 'full', working: true, part: 100, reason: null },
  { key: '2', name: 'half', working: true, part: 50, reason: null },
  { key: '3', name: 'leave', working: false, part: 100, reason: 'leave' },
  { key: '4', name: 'sick', working: false, part: 100, reason: 'sick' },
  { key: '5', name: 'training', working: false, part: 100, reason: 'training' },
  { key: '6', name: 'other', working: false, part: 100, reason: 'other' },
  { key: '0', name: 'restore', working: null, part: 100, reason: null }
]

/** 0 for Monday … 6 for Sunday. */
export function weekdayOf(on: string): number {
  return (new Date(`${on}T00:00:00Z`).getUTCDay() + 6) % 7
}

/** First and last day of the week or month that holds `on`. */
export function spanAround(on: string, view: 'week' | 'month'): { from: string; to: string } {
  if (view === 'week') {
    const from = addDays(on, -weekdayOf(on))
    return { from, to: addDays(from, 6) }
  }
  const from = `${on.slice(0, 8)}01`
  return { from, to: addDays(nextMonth(from), -1) }
}

/** The first of the month after the one `on` is in. */
export function nextMonth(on: string): string {
  return `${addDays(`${on.slice(0, 8)}28`, 4).slice(0, 8)}01`
}

export function bounds({ anchor, corner }: Rectangle) {
  return {
    top: Math.min(anchor.row, corner.row),
    bottom: Math.max(anchor.row, corner.row),
    left: Math.min(anchor.column, corner.column),
    right: Math.max(anchor.column, corner.column)
  }
}

export function holds(rectangle: Rectangle | null, row: number, column: number): boolean {
  if (!rectangle) return false
  const { top, bottom, left, right } = bounds(rectangle)
  return row >= top && row <= bottom && column >= left && column <= right
}

/** The agents and days of a rectangle that a brush can change: no past day, no work on a day that is not worked. */
export function reach(rectangle: Rectangle, brush: Brush, lines: Line[], days: Column[], today: string) {
  const { top, bottom, left, right } = bounds(rectangle)
  return {
    staff_ids: lines.slice(top, bottom + 1).map((line) => line.agent_id),
    days: days
      .slice(left, right + 1)
      .filter((day) => day.on >= today && (day.working || brush.working !== true))
      .map((day) => day.on)
  }
}

/** The latest of those that hold on a day; the agent's own come before everybody's. */
export function quotaOn(quotas: Quota[], agent: number, on: string): number | null {
  const latest = (whose: number | null) =>
    quotas
      .filter((one) => one.staff_id === whose && (one.from_on ?? '') <= on)
      .sort((one, other) => (one.from_on ?? '').localeCompare(other.from_on ?? ''))
      .at(-1)
  return (latest(agent) ?? latest(null))?.quota ?? null
}

/** Days until a licence ends, when that is near enough to warn of (30 days); negative when it has ended. */
export function licenceEndsIn(line: Line, today: string): number | null {
  if (!line.licence_valid_until) return null
  const days = Math.round((Date.parse(line.licence_valid_until) - Date.parse(today)) / 86_400_000)
  return days <= 30 ? days : null
}
