/** What was in force before: versions of the server as lines of one table, each change with both values. */
import { knows, say, wordFor } from '@/locale'
import type { Schema } from '@/kit/http'
import type { AgentFields } from './api'
import { fieldChanges } from './fields'

export interface Change {
  what: string
  old: string
  new: string
}
export interface Entry {
  key: string
  at: string
  /** Empty: the system. */
  by: string | null
  what: string
  changes: Change[]
  reason: string
}

interface Retry {
  delay_minutes: number
  most: number
  spread: boolean
}
interface Retries {
  rules: Record<string, Retry>
  min_gap_minutes: number
  day_parts: string[]
}

const none = () => say('roster.history.none')
const outcomeOf = (code: string) => wordFor(knows(`enums.outcome.${code}`) ? 'outcome' : 'disposition', code)

function retryOf(rule?: Retry): string {
  if (!rule) return none()
  const words = say('roster.history.retry', { minutes: rule.delay_minutes, most: rule.most })
  return rule.spread ? `${words}${say('alerts.comma')}${say('retries.spread')}` : words
}

/** The name of a class scheme by its id; without names the id is shown. */
export type SchemeName = (id: number) => string
const numbered: SchemeName = (id) => `#${id}`

/** A rule's value as people read it. */
export function valueOf(rule: string, value: unknown, schemeName = numbered): string {
  if (value === null || value === undefined) return none()
  if (typeof value === 'boolean') return say(value ? 'roster.history.yes' : 'roster.history.no')
  if (rule === 'state') return wordFor('campaign', String(value))
  if (rule === 'mode') return wordFor('mode', String(value))
  if (rule === 'script') return say('app.version', { version: value })
  if (rule === 'class_scheme_id') return schemeName(Number(value))
  if (rule === 'legal_hours') return (value as string[]).join('–')
  if (rule === 'shifts') return (value as string[][]).map((shift) => shift.join('–')).join(say('alerts.comma'))
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A change of one rule in words; of the retry rules and the agents' fields those that differ. */
export function changesOf(change: Schema<'RuleChangeOut'>, schemeName = numbered): Change[] {
  if (change.rule === 'agent_fields') return fieldChanges(change.old as AgentFields, change.new as AgentFields)
  if (change.rule !== 'retries') {
    return [{ what: wordFor('campaignRule', change.rule), old: valueOf(change.rule, change.old, schemeName), new: valueOf(change.rule, change.new, schemeName) }]
  }
  const [old, now] = [change.old as Retries, change.new as Retries]
  const codes = [...new Set([...Object.keys(old.rules), ...Object.keys(now.rules)])]
  const lines = [
    ...codes.map((code) => ({ what: say('roster.history.retries', { outcome: outcomeOf(code) }), old: retryOf(old.rules[code]), new: retryOf(now.rules[code]) })),
    { what: say('retries.gap'), old: String(old.min_gap_minutes), new: String(now.min_gap_minutes) },
    { what: say('retries.parts'), old: old.day_parts.join(say('alerts.comma')), new: now.day_parts.join(say('alerts.comma')) }
  ]
  return lines.filter((line) => line.old !== line.new)
}

export const campaignEntries = (history: Schema<'CampaignHistoryOut'>, schemeName = numbered): Entry[] =>
  history.versions.map((version) => ({
    key: String(version.number),
    at: version.valid_from,
    by: version.by,
    what: say('roster.history.version', { number: version.number }),
    changes: version.changes.flatMap((change) => changesOf(change, schemeName)),
    reason: version.origin === 'changed' ? version.reason : [version.reason, wordFor('versionOrigin', version.origin)].filter(Boolean).join(' · ')
  }))

const dayOf = (working: boolean | null) => (working === null ? say('roster.calendar.byCalendar') : say(working ? 'roster.calendar.works' : 'roster.calendar.rests'))

export const dayEntries = (history: Schema<'CalendarHistoryOut'>): Entry[] =>
  history.decisions.map((decision, index) => ({
    key: `${decision.on}.${index}`,
    at: decision.at,
    by: decision.by,
    what: decision.on,
    changes: [{ what: decision.on, old: dayOf(decision.before), new: dayOf(decision.working) }],
    reason: decision.reason
  }))

export const hoursOf = (hours: Schema<'ServiceHoursOut'>) => `${wordFor('serviceDays', hours.days)} ${hours.opens}–${hours.closes}`

export const serviceEntries = (history: Schema<'ServiceHoursHistoryOut'>): Entry[] =>
  history.versions.map((version) => ({
    key: String(version.hours.version),
    at: version.valid_from,
    by: version.by,
    what: say('roster.history.version', { number: version.hours.version }),
    changes: [{ what: say('roster.service.title'), old: hoursOf(version.before), new: hoursOf(version.hours) }],
    reason: version.reason
  }))

export const ruleSetEntries = (list: Schema<'CallRuleSetsOut'>): Entry[] =>
  list.rule_sets.map((one) => ({
    key: `${one.name}.${one.digest}`,
    at: one.first_used_at,
    by: null,
    what: one.name,
    changes: [],
    reason: one.digest ? say('roster.history.digest', { digest: one.digest.slice(0, 12) }) : say('roster.history.noDigest')
  }))
