/** The criteria of a search as the form holds them, and as the server takes them. */
import type * as api from './api'

export const EMPTY = {
  agent_id: null as number | null,
  branch: '',
  campaign_id: null as number | null,
  lead_id: '',
  last4: '',
  kind: '' as NonNullable<api.Search['kind']> | '',
  disposition: '' as NonNullable<api.Search['disposition']> | '',
  state: '' as NonNullable<api.Search['state']> | '',
  qa: '' as NonNullable<api.Search['qa']> | '',
  incident: '' as 'open' | '',
  first_on: '',
  last_on: '',
  least: '',
  most: ''
}
export type Criteria = typeof EMPTY

const DIGITS = /^\d{1,15}$/

/** Seconds of `90`, `1:30` or `1:02:03`; null for anything else. */
export function secondsOf(text: string): number | null {
  const parts = text.trim().split(':')
  if (parts.length > 3 || !parts.every((part) => /^\d{1,5}$/.test(part))) return null
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0)
}

/** What is wrong with an entry, by its field; an empty object: the search can be sent. */
export function faultsOf(form: Criteria): Partial<Record<keyof Criteria, true>> {
  const wrong: Partial<Record<keyof Criteria, true>> = {}
  if (form.lead_id && !DIGITS.test(form.lead_id)) wrong.lead_id = true
  if (form.last4 && !/^\d{4}$/.test(form.last4)) wrong.last4 = true
  if (form.least && secondsOf(form.least) === null) wrong.least = true
  if (form.most && secondsOf(form.most) === null) wrong.most = true
  return wrong
}

/** Returns the criteria that are entered; the others do not filter. */
export function criteriaOf(form: Criteria): api.Search {
  const { lead_id, incident, least, most, ...same } = form
  const given = Object.fromEntries(Object.entries(same).filter(([, value]) => value !== '' && value !== null && value !== undefined))
  return {
    ...given,
    ...(lead_id && { lead_id: Number(lead_id) }),
    ...(incident && { incident: true }),
    ...(least && { least_seconds: secondsOf(least) }),
    ...(most && { most_seconds: secondsOf(most) })
  }
}
