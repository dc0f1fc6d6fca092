/** What a person edits of a route, and what is sent of it. */
import type { Channel, Kind, Route, RouteBody } from './api'

export interface Draft {
  name: string
  channel: Channel
  language: Route['language']
  target: string
  secret: string
  kinds: Kind[]
  after: number
  quiet: boolean
  begin: string
  end: string
  through: Kind[]
  saysCleared: boolean
  reason: string
}

export const EMPTY: Draft = {
  name: '',
  channel: 'wecom',
  language: 'zh',
  target: '',
  secret: '',
  kinds: [],
  after: 0,
  quiet: false,
  begin: '21:00',
  end: '08:00',
  through: [],
  saysCleared: true,
  reason: ''
}

/** Where a route leads is not shown again, so its fields begin empty: empty means unchanged. */
export function draftOf(route: Route): Draft {
  return {
    ...EMPTY,
    name: route.name,
    channel: route.channel,
    language: route.language,
    kinds: [...route.kinds],
    after: route.after_minutes,
    quiet: route.quiet !== null,
    begin: route.quiet?.begin.slice(0, 5) ?? EMPTY.begin,
    end: route.quiet?.end.slice(0, 5) ?? EMPTY.end,
    through: [...route.through_quiet],
    saysCleared: route.says_cleared
  }
}

export function bodyOf(draft: Draft): RouteBody {
  return {
    name: draft.name.trim(),
    channel: draft.channel,
    language: draft.language,
    target: draft.target.trim() || null,
    secret: draft.secret.trim() || null,
    kinds: draft.kinds,
    after_minutes: draft.after,
    quiet: draft.quiet ? { begin: draft.begin, end: draft.end } : null,
    through_quiet: draft.quiet ? draft.through : [],
    says_cleared: draft.saysCleared,
    reason: draft.reason.trim()
  }
}

/** Whether all that must be entered is there; the server judges the rest. */
export function isWhole(draft: Draft, route: Route | null): boolean {
  const leads = draft.target.trim() !== '' || draft.channel === route?.channel
  const signed = draft.channel !== 'webhook' || draft.secret.trim() !== '' || (route?.channel === 'webhook' && route.signed)
  const quiet = !draft.quiet || draft.begin !== draft.end
  return draft.name.trim() !== '' && leads && signed && quiet && draft.reason.trim() !== ''
}
