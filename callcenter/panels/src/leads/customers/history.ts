/** Group, colour and text of the events of the history. */
import { dateOf, momentOf, spanOf } from '@/kit/time'
import { language, say, wordFor } from '@/locale'
import type { Happening, HistoryEvent } from './api'

export const GROUPS = {
  calls: ['call', 'recording', 'review', 'callback', 'callback_done'],
  allocation: ['allocated', 'returned', 'finished', 'skipped'],
  file: ['imported', 'class_set', 'corrected'],
  visits: ['hand_over', 'visit'],
  complaints: ['complaint', 'complaint_decided'],
  protection: ['dnc_entered', 'dnc_lift_proposed', 'dnc_lift_declined', 'dnc_lifted', 'basis_added', 'basis_withdrawn'],
  access: ['revealed', 'note_read', 'listened']
} as const satisfies Record<string, readonly Happening[]>
export type Group = keyof typeof GROUPS

const BAD = new Set<Happening>(['complaint', 'dnc_entered', 'basis_withdrawn'])
const ACCESS = new Set<Happening>(GROUPS.access)

export function toneOf(one: HistoryEvent): string {
  if (BAD.has(one.kind)) return 'bad'
  if (ACCESS.has(one.kind)) return 'warn'
  if (one.kind === 'call') return one.facts.outcome === 'answered' ? 'good' : 'busy'
  return one.kind === 'visit' || one.kind === 'hand_over' ? 'special' : ''
}

export function byDay(items: HistoryEvent[]): { on: string; items: HistoryEvent[] }[] {
  const days = new Map<string, HistoryEvent[]>()
  for (const one of items) days.set(dateOf(one.at), [...(days.get(dateOf(one.at)) ?? []), one])
  return [...days].map(([on, all]) => ({ on, items: all }))
}

type Facts = Record<string, unknown>
const word = (kind: string, code: unknown) => wordFor(kind, code as string | undefined)
const at = (key: string, instant: unknown) => (instant ? say(`customers.${key}`, { at: momentOf(instant as string) }) : '')
const note = (facts: Facts) => (facts.note ? say('customers.hasNote') : '')
const inLanguage = (facts: Facts, name: string) => String(facts[`${name}_${language.value}`] ?? '')

/** The text of a code that may be of any of these kinds; a text that is no code is a person's own words. */
function oneOf(kinds: readonly string[], code: unknown): string {
  const found = kinds.map((kind) => word(kind, code)).find((one) => one && one !== code)
  return found ?? String(code ?? '')
}

/** The text of an assignment's end: a disposition, an outcome, a rule, or why it was returned. */
const resultOf = (code: unknown) => oneOf(['disposition', 'outcome', 'rule', 'returnReason', 'missing'], code)

/** A value of a field before or after a correction, masked by the server. */
const corrected = (field: unknown, value: unknown) => (field === 'gender' ? word('gender', value) : String(value ?? '')) || '—'

const DETAILS: { [Kind in Happening]: (facts: Facts) => string[] } = {
  imported: (f) => [say('customers.listLine', { list: f.list, line: f.line }), word('basisKind', f.basis_kind)],
  allocated: (f) => [say('customers.forDay', { on: f.work_on })],
  returned: (f) => [resultOf(f.result), note(f)],
  finished: (f) => [resultOf(f.result), note(f)],
  call: (f) => [
    word('callKind', f.kind),
    f.state === 'ended' ? word('outcome', f.outcome) : word('call', f.state),
    f.seconds === undefined ? '' : spanOf(Number(f.seconds)),
    word('disposition', f.disposition),
    f.rule && f.rule !== 'none' ? word('rule', f.rule) : '',
    note(f)
  ],
  recording: (f) => [
    word('recording', f.state),
    f.duration_ms === undefined ? '' : spanOf(Number(f.duration_ms) / 1000),
    f.retain_until ? say('customers.keptUntil', { on: dateOf(f.retain_until as string) }) : ''
  ],
  callback: (f) => [word('callKind', f.kind === 'complaint' ? 'complaint' : 'callback'), word('callback', f.state), at('dueAt', f.due_at), note(f)],
  callback_done: (f) => [say(f.signed_off ? 'customers.signedOff' : 'customers.calledBack')],
  review: (f) => [word('review', f.state), word('verdict', f.verdict), note(f)],
  hand_over: (f) => [word('handOver', f.state), String(f.region ?? f.district ?? ''), at('requestedVisitAt', f.requested_visit_at)],
  visit: (f) => [word('visit', f.state), word('visitResult', f.result), at('visitAt', f.visit_at), at('nextVisitAt', f.next_at), note(f)],
  complaint: (f) => [word('complaintCategory', f.category), word('case', f.state)],
  complaint_decided: (f) => [word('complaintCategory', f.category)],
  dnc_entered: (f) => [
    word('dncReason', f.reason),
    word('dncSource', f.source),
    f.until ? say('customers.until', { on: dateOf(f.until as string) }) : say('customers.forEver'),
    note(f)
  ],
  basis_added: (f) => [word('basisKind', f.basis_kind), String(f.basis_reference ?? ''), note(f)],
  basis_withdrawn: () => [],
  class_set: (f) => [inLanguage(f, 'scheme'), inLanguage(f, 'class'), word('classSource', f.source)],
  corrected: (f) => [
    word('fileField', f.field),
    say('corrections.fromTo', { old: corrected(f.field, f.old), now: corrected(f.field, f.new) }),
    word('changeSource', f.source)
  ],
  skipped: () => [],
  listened: () => [],
  note_read: (f) => [word('happening', f.of)],
  revealed: () => [],
  dnc_lift_proposed: () => [],
  dnc_lift_declined: () => [],
  dnc_lifted: (f) => [word('dncReason', f.reason)]
}

/** Of which kinds a reason is when the system wrote it; all others are a person's own words. */
const REASONS: { [Kind in Happening]?: readonly string[] } = {
  allocated: ['assignmentReason'],
  callback: ['lapseReason', 'rule'],
  hand_over: ['routingReason'],
  dnc_lifted: ['liftReason']
}

/** Why it happened: the words of the code, or what a person wrote. */
export function whyOf(one: HistoryEvent): string {
  const why = String(one.facts.why ?? '')
  // The trail keeps a field agent's look at the day's customers under the visit it was for.
  const visit = one.kind === 'revealed' ? /^visit (\d+)$/.exec(why) : null
  return visit ? say('customers.forVisit', { id: visit[1] }) : oneOf(REASONS[one.kind] ?? [], why)
}

export function detailOf(one: HistoryEvent): string[] {
  return DETAILS[one.kind](one.facts).filter(Boolean)
}
