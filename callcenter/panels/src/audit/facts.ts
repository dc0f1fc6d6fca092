/**
 * What the trail holds as facts, in words: each fact of each act with its kind. Codes become words, ids become names,
 * what a person has typed stays. `tests/architecture/test_trail.py` compares the table with what the server announces.
 */
import { countOf, sizeOf } from '@/kit/figures'
import { exactOf } from '@/kit/time'
import { language, say, wordFor } from '@/locale'
import { reasonWord } from '@/leads/dnc/words'
import type * as History from '@/roster/history'
import type { Entry } from './api'
import { subjectOf } from './words'

type Named = Pick<Entry, 'subject' | 'names'> & { facts?: Entry['facts'] }
type Show = (value: unknown, entry: Named) => string
/** The kind of an id, for the test that compares it with the server's table. */
type Of<Kind extends string> = Show & { of?: Kind }

/** The words of a campaign's rules, fetched when the facts of an entry are first shown: the page comes sooner without. */
let rules: typeof History | null = null
export const loadRules = async () => void (rules = await import('@/roster/history'))
const json: Show = (value) => JSON.stringify(value)

const join = (parts: string[]) => parts.filter(Boolean).join(say('alerts.comma'))
const each = (show: Show): Show => (value, entry) => join((Array.isArray(value) ? value : [value]).map((one) => show(one, entry)))
const known = (show: Show): Show => (value, entry) => (value === null || value === undefined ? '—' : show(value, entry))

/** A person's own words, a name, a day, a number: shown as it is. */
const own = known((value) => String(value))
const count = known((value) => countOf(Number(value)))
const size = known((value) => sizeOf(Number(value)))
const moment = known((value) => exactOf(value as string))
const yes = known((value) => say(value ? 'app.yes' : 'app.no'))
const hash = own
/** A code of these kinds; a text that is no code is a person's own words. */
const word = (...kinds: string[]) =>
  known((value) => kinds.map((kind) => wordFor(kind, String(value))).find((found) => found !== value) ?? String(value))
const id = (kind: string): Of<string> => Object.assign(known(each((value, entry) => nameOf(entry, `${kind}:${value as number}`))), { of: kind })
const about = known((value, entry) => nameOf(entry, String(value)))
const classOf = known(each((code, entry) => nameIn(entry, `class:${entry.facts?.scheme ?? entry.subject.split(':')[1]}:${code as string}`) ?? String(code)))

const places = each((place) => {
  const { entry_id, fault } = place as { entry_id: number; fault: string }
  return `${wordFor('subject', 'audit_entry')} ${entry_id} ${wordFor('fault', fault)}`
})
const pairs = (name: (key: string) => string): Show => (value) =>
  join(Object.entries(value as Record<string, [unknown, unknown]>).map(([key, [old, now]]) => `${name(key)} ${old ?? '—'} → ${now ?? '—'}`))
const counts = (name: (key: string) => string): Show => (value) =>
  join(Object.entries(value as Record<string, number>).filter(([, number]) => number).map(([key, number]) => `${name(key)} ${countOf(number)}`))
/** Each fact is named after its table and its moment (`call.planned`), and has a count and a digest of each day. */
const noted: Show = (value, entry) => {
  const rows: Record<string, number> = {}
  for (const [fact, days] of Object.entries(value as Record<string, Record<string, [number, string]>>)) {
    const table = fact.split('.')[0]!
    rows[table] = Object.values(days).reduce((all, [number]) => all + number, rows[table] ?? 0)
  }
  return counts((table) => wordFor('subject', table))(rows, entry)
}
const changedRules: Show = (value, entry) =>
  rules === null ? json(value, entry) : join(
    Object.entries(value as Record<string, [unknown, unknown]>)
      .flatMap(([rule, [old, now]]) => rules!.changesOf({ rule, old, new: now }, (scheme) => nameOf(entry, `class_scheme:${scheme}`)))
      .map((one) => `${one.what} ${one.old} → ${one.new}`)
  )
const hours = known((value, entry) => (rules === null ? json(value, entry) : rules.hoursOf(value as Parameters<typeof History.hoursOf>[0])))
const percent = known(each((value) => (value === null ? '—' : `${value as number}%`)))

const staff = id('staff')
const campaign = id('campaign')
const target = { branch: own, campaign, wanted: count, lead_list: id('lead_list') }
const leave = { first: own, last: own, kind: word('leaveKind') }
const quota = { staff: known(staff), quota: count, from: own, reason: own }
const blocked = word('lapseReason')
const search = { by: each(word('searchedBy')), found: count, leads: each((lead) => subjectOf(`lead:${lead as number}`)) }
const route = { name: own, version: own, channel: word('messageChannel'), kinds: each(word('alert')), after_minutes: count, quiet: own, says_cleared: yes, reason: own }
const alert = { kind: word('alert'), about }

export const FACTS: Record<string, Record<string, Show>> = {
  'alerts.raised': {
    ...alert,
    ...{ campaign_id: campaign, on: own, stock: count, days: count, least: count, shortage: count, version: own, branches: counts((branch) => branch) },
    ...{ year: own, from: own, trunk: own, refusals: count, code: own, command: word('command'), queue: own, at: moment, error: own },
    ...{ task: word('task'), failures: count, node: own, seconds: own, behind: own, count, call_id: own, leg_id: own, part: word('systemPart'), route: own }
  },
  'alerts.cleared': alert,
  'alerts.acknowledged': { kind: word('alert') },
  'allocation.members_set': { staff, weight: own, from: own, reason: own },
  'allocation.quota_set': quota,
  'allocation.quota_removed': quota,
  'allocation.returned_leads': { kind: word('returnReason'), leads: count, on_screen: count, allocated: count },
  'allocation.allocated': { campaign, on: own, agents: count, assigned: count, carried: count, returned: count, shortage: count, stock_left: count, seed: own, digest: hash },
  'audit.certified': { first_on: own, last_on: own, result: word('certified'), sha256: hash },
  'audit.checked': { entries: count, broken: count, places, anchors: count },
  'audit.facts_noted': { number: count, rows: count, noted },
  'audit.resealed': { sealed: count, unreadable: count, bound: yes },
  'campaigns.created': { mode: word('mode') },
  'campaigns.changed': { changes: changedRules, reason: own },
  'campaigns.class_scheme_set': { scheme: id('class_scheme'), before: id('class_scheme'), reason: own },
  'campaigns.script_published': { version: own, reason: own },
  'campaigns.script_submitted': { version: own, reason: own },
  'campaigns.script_approved': { version: own, from: own },
  'campaigns.script_returned': { version: own, reason: own },
  'campaigns.script_withdrawn': { version: own, reason: own },
  'campaigns.service_hours_changed': { before: hours, after: hours, reason: own },
  'campaigns.day_overridden': { working: yes, reason: own },
  'campaigns.day_restored': { reason: own },
  'callbacks.signed_off': { attempts: count },
  'calls.disposition_owed': { agent: staff },
  'calls.left_undisposed': { agent: staff },
  'complaints.opened': { category: word('complaintCategory') },
  'customers.corrected': { fields: each(word('fileField')), source: word('changeSource') },
  'customers.id_numbers_indexed': { indexed: count },
  'customers.lead_reopened': { why: own },
  'customers.note_read': { of: word('happening'), why: own },
  'customers.searched': search,
  'customers.searched_by_id_number': search,
  'dialer.call_given_up': { node: own },
  'dialer.signal_dismissed': { kind: word('signalKind'), reason: own },
  'field.assigned': { region: id('region'), field_agent: staff, explained: yes, visit_at: moment },
  'field.application_cancelled': { on: own, reason: own },
  'field.application_refused': { on: own, reason: own },
  'field.application_reopened': { reason: own },
  'field.decided': { why: blocked, visit: yes, reason: own },
  'field.leader_left': { leader: staff },
  'field.region_created': { name: own, added: each(own), leader: known(staff) },
  'field.region_changed': { name: own, added: each(own), removed: each(own), leader: known(staff), reason: own },
  'field.policy_issued': { issued: own, starts: own, ends: own },
  'field.questioned': { why: blocked },
  'health.node_closed': { reason: own },
  'messages.route_set': route,
  'messages.route_removed': { name: own, reason: own },
  'messages.route_tested': { name: own },
  'leads.basis_added': { act: word('basisAct'), kind: word('basisKind'), why: own },
  'leads.basis_withdrawn': { why: own },
  'leads.class_added': { class: classOf },
  'leads.class_changed': { class: classOf, changed: pairs((column) => wordFor('classColumn', column)) },
  'leads.class_default_set': { class: classOf },
  'leads.class_removed': { class: classOf },
  'leads.class_rules_activated': { version: own, before: own, moved: count, why: own },
  'leads.class_rules_saved': { version: own, rules: count },
  'leads.class_scheme_created': { key: own },
  'leads.class_scheme_renamed': { name_zh: own, name_en: own },
  'leads.class_set_manually': { scheme: id('class_scheme'), class: classOf, before: classOf, why: own },
  'leads.classes_applied': { leads: count, moved: count, list: id('lead_list'), campaign },
  'leads.classes_reordered': { order: classOf },
  'leads.dnc_entered': { reason: word('dncReason'), source: word('dncSource'), permanent: yes },
  'leads.dnc_file_uploaded': { bytes: size },
  'leads.dnc_lift_declined': { why: own, proposed_by: staff },
  'leads.dnc_lift_proposed': { why: own },
  'leads.dnc_lifted': { why: word('liftReason'), proposed_by: staff },
  'leads.dnc_list_delivered': {
    ...{ delivery_id: own, list_id: id('dnc_list'), kind: word('dncKind'), rows: count, keys: count, malformed: count, reasons: counts(reasonWord) },
    ...{ duplicates: count, new: count, known: count, ended: count, matched: count, entries_ended: count }
  },
  'leads.dnc_list_withdrawn': { why: own, entries: count },
  'leads.dnc_number_searched': { entries: count, lists: count, leads: count },
  'leads.file_uploaded': { bytes: size, target_group: known((value) => subjectOf(`target_group:${value as number}`)) },
  'leads.list_imported': { rows: count, good: count, rejected: count },
  'leads.particulars_revealed': { why: own },
  'leads.rejects_downloaded': { rows: count },
  'ledger.export_downloaded': { sha256: hash },
  'ledger.export_ordered': { filters: hash },
  'ledger.exported': { rows: count, sha256: hash, filters: hash },
  'lines.paused': { sip_code: own, refusals: count },
  'lines.trunk_set': { version: own, group: own, server: own, transport: word('trunkTransport'), access: word('trunkAccess'), channels: count, calls_per_second: count, priority: own, share: own, in_use: yes, reason: own },
  'lines.trunk_removed': { reason: own },
  'people.leave_changed': { ...leave, before: own },
  'people.leave_entered': leave,
  'people.leave_withdrawn': leave,
  'people.pattern_set': { from: own, parts: percent },
  'people.roster_set': { days: each(own), part: percent, reason: word('rosterReason') },
  'people.second_factor_set_up': { kind: word('factor') },
  'people.second_factor_removed': { kind: word('factor') },
  'people.second_factor_reset': { reason: own },
  'people.second_factor_demanded': { role: word('role'), demanded: yes, reason: own },
  'people.recovery_code_used': { left: count },
  'people.recovery_codes_made': { count },
  'people.sessions_ended': { count, reason: own },
  'people.own_sessions_ended': { count },
  'people.staff_changed': { changed: each(word('staffField')), reason: own },
  'people.staff_left': { reason: own },
  'people.staff_created': { role: word('role') },
  'quality.decided': { verdict: word('verdict'), failed: each(word('scoreItem')), card: own },
  'recordings.incident_closed': { incident: word('incident'), final: yes, reason: own },
  'recordings.listened': { why: own },
  'recordings.searched': { found: count },
  'recordings.note_added': { at_ms: count },
  'recordings.note_removed': { at_ms: count },
  'recordings.incident_taken': { incident: word('incident'), on: own },
  'recordings.hold_placed': { authority: word('authority'), number: own, recordings: count },
  'recordings.hold_lifted': { authority: word('authority'), number: own, recordings: count },
  'recordings.export_requested': { purpose: word('purpose'), number: own, about },
  'recordings.export_refused': { purpose: word('purpose'), refused: word('refused'), about },
  'recordings.export_approved': { about },
  'recordings.export_rejected': { about },
  'recordings.export_packed': { sha256: hash, size },
  'recordings.export_taken': { sha256: hash, about },
  'recordings.destruction_proposed': { listed: count, policy: own },
  'recordings.destruction_done': { destroyed: count, kept: count, sha256: hash },
  'recordings.destroyed': { sha256: hash, about },
  'recordings.stopped': { act: word('recorderStopped') },
  'recordings.retention_judged': { rule: word('retentionRule'), retain_until: moment },
  'targets.approved': target,
  'targets.imported': target,
  'targets.proposed': target,
  'targets.refused': target,
  'targets.returned': target,
  'targets.supplied': target,
  'targets.withdrawn': target
}

const nameIn = (entry: Named, label: string): string | undefined => entry.names[label]?.[language.value]

/** The name of a label, `campaign:3`; without one its kind and number in words. */
export function nameOf(entry: Named, label: string): string {
  const [kind, rest] = [label.slice(0, label.indexOf(':')), label.slice(label.indexOf(':') + 1)]
  const name = nameIn(entry, label)
  if (name) return name
  if (!label.includes(':')) return label.split('/').map((part) => wordFor('systemPart', wordFor('command', part))).join(' ') // of alerts: a part, a command of a runner
  return kind === 'task' ? wordFor('task', rest) : subjectOf(label)
}

/** Facts of one name that are something else in one act. */
const OTHER_NAMES: Record<string, string> = { 'alerts.raised part': 'system_part' }

/** The facts of an entry, a name and a text each. A fact that the table does not know is shown as it is. */
export function factsOf(entry: Entry): [string, string][] {
  return Object.entries(entry.facts).map(([fact, value]) => [wordFor('fact', OTHER_NAMES[`${entry.act} ${fact}`] ?? fact), textOf(entry, fact, value)])
}

function textOf(entry: Entry, fact: string, value: unknown): string {
  const show = FACTS[entry.act]?.[fact]
  if (show) return known(show)(value, entry)
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value ?? '—')
}

/** Why it was done: what a person has typed, else the words of the code; empty where nothing was kept. */
export function whyOf(act: string, facts: { why?: unknown; reason?: unknown }): string {
  // A field agent's look at the day's customers is kept under the visit it was for.
  const visit = /^visit (\d+)$/.exec(String(facts.why ?? ''))
  if (visit) return say('audit.forVisit', { id: visit[1] })
  const fact = (['reason', 'why'] as const).find((one) => facts[one])
  const show = fact && FACTS[act]?.[fact]
  return show ? show(facts[fact], { subject: '', names: {} }) : String((fact && facts[fact]) ?? '')
}
