/** A campaign's shifts on the bar of a day, and what is wrong with them before the server says so. */
import type { Campaign, CampaignChange, Shift } from '@/roster/api'

export interface Trouble {
  key: 'none' | 'backwards' | 'legal' | 'overlap' | 'caps'
  opens?: string
  closes?: string
  from?: string
  to?: string
}

const minutes = (wall: string) => Number(wall.slice(0, 2)) * 60 + Number(wall.slice(3, 5))

/** Percent of the whole day (00–24) from the left. */
export const placeOf = (wall: string) => (100 * minutes(wall)) / 1440

export function sorted(shifts: Shift[]): Shift[] {
  return [...shifts].sort((one, other) => one.opens.localeCompare(other.opens))
}

export function troubleOf(campaign: Pick<Campaign, 'legal_hours' | 'shifts' | 'cap_per_day' | 'cap_per_7_days'>): Trouble | null {
  if (!campaign.shifts.length) return { key: 'none' }
  let last = ''
  for (const shift of sorted(campaign.shifts)) {
    if (shift.opens >= shift.closes) return { key: 'backwards', ...shift }
    if (shift.opens < campaign.legal_hours.opens || shift.closes > campaign.legal_hours.closes) {
      return { key: 'legal', ...shift, from: campaign.legal_hours.opens, to: campaign.legal_hours.closes }
    }
    if (shift.opens < last) return { key: 'overlap', ...shift }
    last = shift.closes
  }
  return campaign.cap_per_7_days < campaign.cap_per_day ? { key: 'caps' } : null
}

export function hoursOf(shifts: Shift[]): number {
  const total = shifts.reduce((sum, shift) => sum + Math.max(0, minutes(shift.closes) - minutes(shift.opens)), 0)
  return Math.round((10 * total) / 60) / 10
}

/** Returns where a new shift fits: the first hour free of others within the legal hours; null when there is none. */
export function roomFor(shifts: Shift[], legal_hours: Shift): Shift | null {
  const two = (value: number) => String(value).padStart(2, '0')
  for (let hour = Number(legal_hours.opens.slice(0, 2)); hour < Number(legal_hours.closes.slice(0, 2)); hour++) {
    const shift = { opens: `${two(hour)}:00`, closes: `${two(hour + 1)}:00` }
    const free = shifts.every((one) => one.closes <= shift.opens || one.opens >= shift.closes)
    if (free && shift.opens >= legal_hours.opens && shift.closes <= legal_hours.closes) return shift
  }
  return null
}

const EDITED = ['mode', 'quota', 'ring_seconds', 'wrap_up_seconds', 'max_attempts', 'cap_per_day', 'cap_per_7_days', 'shifts', 'open_to_all_branches', 'agent_fields'] as const

/** Returns what differs from what the server has. */
export function changesOf(before: Campaign, after: Campaign): Omit<CampaignChange, 'reason'> {
  const differing = EDITED.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
  return Object.fromEntries(differing.map((key) => [key, after[key]]))
}
