import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadWords, setLanguage, wordFor } from '@/locale'
import type { Happening, HistoryEvent } from './api'
import { detailOf, GROUPS, whyOf } from './history'

const SYSTEM = join(__dirname, '../../../..')
const read = (file: string) => readFileSync(join(SYSTEM, file), 'utf8')

/** The values of an enum of the server. */
function valuesOf(file: string, name: string): string[] {
  const body = new RegExp(`^class ${name}\\(StrEnum\\):\\n((?: {4}.*\\n|\\n)*)`, 'm').exec(read(file))?.[1] ?? ''
  const values = [...body.matchAll(/^ {4}[A-Z0-9_]+ = "([\w.]+)"/gm)].map((found) => found[1]!)
  expect(values, `${file}: ${name}`).not.toEqual([])
  return values
}

const from = (file: string, ...names: string[]) => names.flatMap((name) => valuesOf(file, name))
/** A name, a reference, a reason: a person's own words, shown as they are. */
const OWN = ['自有文字']
/** Figures, instants, marks; ids and what the page does not show. */
const [NUMBER, AT, MARK, UNSHOWN] = [[3], ['2026-11-23T02:30:00Z'], [true, false], ['-']]

const DISPOSITIONS = from('calls/types.py', 'Disposition')
const OUTCOMES = from('calls/types.py', 'Outcome')
const RULES = from('eligibility/types.py', 'RuleId')
const ENDS = ['allocation/types.py', 'AssignmentEnd'] as const
/** Ends that are always kept with a detail, which is shown instead. */
const WITH_DETAIL = ['disposition', 'outcome', 'rule']
const RESULTS = [
  ...valuesOf(...ENDS).filter((end) => !WITH_DETAIL.includes(end)),
  ...from('allocation/types.py', 'Ineligible'),
  ...from('people/rules.py', 'Requirement'),
  ...[...DISPOSITIONS, ...OUTCOMES, ...RULES, 'off_roster']
]
const END = { result: RESULTS, attempts: NUMBER, note: MARK }
const BASIS = { act: from('consent/types.py', 'BasisAct'), basis_kind: from('leads/types.py', 'BasisKind'), basis_reference: OWN, valid_until: AT, why: OWN, note: MARK }
const KIND = valuesOf('reporting/history/types.py', 'Happening')
const TRAIL = { why: OWN, class: UNSHOWN, of: KIND }

/** Every fact of every kind, and what it can be. A fact of the server that is missing here is found by the test below. */
const FACTS: Record<Happening, Record<string, readonly unknown[]>> = {
  imported: { list_id: UNSHOWN, list: OWN, source: OWN, line: NUMBER, basis_kind: BASIS.basis_kind, basis_reference: OWN },
  basis_added: BASIS,
  basis_withdrawn: BASIS,
  class_set: { scheme_zh: OWN, scheme_en: ['scheme'], class_zh: OWN, class_en: ['class'], source: from('classes/types.py', 'ClassSource'), why: OWN },
  corrected: { field: from('customers/types.py', 'FileField'), source: from('customers/types.py', 'ChangeSource'), old: OWN, new: OWN, why: OWN, note: MARK },
  allocated: { work_on: ['2026-11-23'], why: from('allocation/types.py', 'AssignmentReason'), position: NUMBER },
  finished: END,
  returned: END,
  call: {
    kind: from('calls/types.py', 'CallKind'),
    state: from('calls/types.py', 'CallState'),
    outcome: OUTCOMES,
    disposition: DISPOSITIONS,
    seconds: NUMBER,
    rule: RULES,
    rule_set: UNSHOWN,
    note: MARK
  },
  recording: { state: from('recordings/types.py', 'RecordingState'), duration_ms: NUMBER, retain_until: AT },
  review: { state: from('quality/types.py', 'ReviewState'), verdict: from('quality/types.py', 'ReviewVerdict'), failed_items: UNSHOWN, card: UNSHOWN, note: MARK },
  callback: {
    kind: from('callbacks/types.py', 'CallbackKind'),
    state: from('callbacks/types.py', 'CallbackState'),
    due_at: AT,
    attempts: NUMBER,
    case_id: UNSHOWN,
    why: [...from('callbacks/types.py', 'LapseReason'), ...from('leads/types.py', 'BlockReason'), ...RULES],
    note: MARK
  },
  callback_done: { kind: UNSHOWN, signed_off: MARK, why: OWN },
  hand_over: {
    state: from('field/types.py', 'HandOverState'),
    district: OWN,
    region: OWN,
    requested_visit_at: AT,
    why: [...from('field/types.py', 'RoutingReason'), ...OWN]
  },
  visit: { state: from('field/types.py', 'VisitState'), result: from('field/types.py', 'VisitResult'), number: NUMBER, visit_at: AT, next_at: AT, note: MARK },
  complaint: { case_id: UNSHOWN, category: from('complaints/types.py', 'Category'), state: from('complaints/types.py', 'CaseState'), answer_due_at: AT, answered_at: AT, note: MARK },
  complaint_decided: { case_id: UNSHOWN, category: from('complaints/types.py', 'Category'), note: MARK },
  dnc_entered: { entry_id: UNSHOWN, reason: from('dnc/types.py', 'DncReason'), source: from('dnc/types.py', 'DncSource'), until: AT, note: MARK },
  dnc_lifted: { entry_id: UNSHOWN, reason: from('dnc/types.py', 'DncReason'), why: [...from('dnc/types.py', 'LiftReason'), ...OWN] },
  dnc_lift_proposed: { entry_id: UNSHOWN, why: OWN },
  dnc_lift_declined: { entry_id: UNSHOWN, why: OWN },
  revealed: { ...TRAIL, why: [...OWN, 'visit 12'] },
  listened: TRAIL,
  note_read: TRAIL,
  skipped: TRAIL
}
const KINDS = Object.keys(FACTS) as Happening[]

const inOrder = (names: Iterable<string>) => [...names].sort()

/** What stands between an opening text and the parenthesis that closes it. */
function within(text: string, opening: string): string {
  const start = text.indexOf(opening) + opening.length
  let [end, depth] = [start, 1]
  for (; depth > 0; end++) depth += text[end] === '(' ? 1 : text[end] === ')' ? -1 : 0
  return text.slice(start, end - 1)
}

/** Kind → the facts that the server's statement gives, read from its parts. */
function selected(): Map<string, Set<string>> {
  const kinds = valuesOf('reporting/history/types.py', 'Happening')
  const parts = read('reporting/queries/history.py').split(/UNION ALL\n|^_[A-Z]+ = """$/m).filter((part) => part.includes('jsonb_build_object'))
  const found = new Map<string, Set<string>>()
  for (const part of parts) {
    const facts = within(part, 'jsonb_build_object(')
    const given = [...facts.matchAll(/(?:^|,)\s*'(\w+)',/g)].map((one) => one[1]!)
    // A reason that is sealed reaches the page as ``why``; ``row`` only finds its place.
    const names = given.filter((one) => one !== 'row').map((one) => (one === 'why_sealed' ? 'why' : one))
    const named = part.includes('audit_entry')
      ? [...part.matchAll(/\('[\w.]+', '(\w+)'\)/g)].map((one) => one[1]!) // acts of the trail, and their kinds
      : kinds.filter((one) => new RegExp(`'${one}:?'`).test(part.replace(facts, '')))
    for (const kind of named) found.set(kind, new Set(names))
  }
  return found
}

const happening = (kind: Happening, facts: Record<string, unknown>): HistoryEvent => ({
  key: kind, at: AT[0] as string, kind, lead_id: 1, campaign_id: 1, by: null, agent: null, call_id: null, facts, link: null, readable: false
})

/** Every sentence that a kind can have: each fact takes each of its values, the others are the first, the last or absent. */
function* sentences(kind: Happening): Generator<{ fact: string; value: unknown; text: string }> {
  const all = (place: number) => Object.fromEntries(Object.entries(FACTS[kind]).map(([fact, values]) => [fact, values.at(place)]))
  for (const [fact, values] of Object.entries(FACTS[kind])) {
    for (const value of values) {
      for (const others of [all(0), all(-1), {}]) {
        const one = happening(kind, { ...others, [fact]: value })
        yield { fact, value, text: [wordFor('happening', kind), ...detailOf(one), whyOf(one)].join(' · ') }
      }
    }
  }
}

describe('the history of a customer', () => {
  it('has every kind of the server in a group and in this table, with every fact', () => {
    const kinds = valuesOf('reporting/history/types.py', 'Happening')
    expect(inOrder(KINDS)).toEqual(inOrder(kinds))
    expect(inOrder(Object.values(GROUPS).flat())).toEqual(inOrder(kinds))
    const facts = selected()
    expect(inOrder(facts.keys())).toEqual(inOrder(kinds))
    for (const kind of KINDS) expect(inOrder(facts.get(kind)!), kind).toEqual(inOrder(Object.keys(FACTS[kind])))
  })

  it('holds no English word and no code in Chinese', async () => {
    await setLanguage('zh')
    await loadWords('data')
    const wrong = KINDS.flatMap((kind) => [...sentences(kind)].filter(({ text }) => /[A-Za-z_]/.test(text)).map((one) => `${kind}: ${one.text}`))
    expect([...new Set(wrong)]).toEqual([])
  })

  it('holds no code in English', async () => {
    await setLanguage('en')
    await loadWords('data')
    const wrong = KINDS.flatMap((kind) => [...sentences(kind)].filter(({ text }) => /[a-z]_[a-z]|\b[A-Z]\d+\.|undefined/.test(text)).map((one) => `${kind}: ${one.text}`))
    expect([...new Set(wrong)]).toEqual([])
  })

  it('says each code in words of its own', async () => {
    await setLanguage('zh')
    await loadWords('data')
    for (const kind of ['callback', 'hand_over', 'dnc_lifted', 'allocated'] as const) {
      const whys = FACTS[kind].why!.map((why) => whyOf(happening(kind, { why })))
      expect(new Set(whys).size, kind).toBeGreaterThan(FACTS[kind].why!.length - 3) // a rule and a block may share theirs
    }
  })
})
