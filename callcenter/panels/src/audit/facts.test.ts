import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadWords, setLanguage } from '@/locale'
import type { Entry } from './api'
import { FACTS, factsOf, loadRules, nameOf, whyOf } from './facts'
import { ACTS, actOf } from './words'

const SYSTEM = join(__dirname, '../../..')
const read = (file: string) => readFileSync(join(SYSTEM, file), 'utf8')

/** The values of an enum of the server. */
function valuesOf(file: string, name: string): string[] {
  const body = new RegExp(`^class ${name}\\(StrEnum\\):\\n((?: {4}.*\\n|\\n)*)`, 'm').exec(read(file))?.[1] ?? ''
  const values = [...body.matchAll(/^ {4}[A-Z0-9_]+ = "([\w.]+)"/gm)].map((found) => found[1]!)
  expect(values, `${file}: ${name}`).not.toEqual([])
  return values
}

const from = (file: string, name: string) => valuesOf(file, name)
const BLOCKED = from('leads/types.py', 'BlockReason')
const SIGNALS = [...read('telephony/events.py').matchAll(/^class (\w+)\(\w*(?:Event|Signal)\w*\):/gm)].map((found) => found[1]!).filter((name) => !name.endsWith('Signal'))

const NOTED = [...read('audit/facts/table.py').matchAll(/name="(\w+\.\w+)"/g)].map((found) => found[1]!)

/** Act and fact → every code it can hold. A fact that is a code and is missing here fails the test below. */
const CODES: Record<string, readonly unknown[]> = {
  'alerts.raised kind': from('alerts/types.py', 'AlertKind'),
  'alerts.raised about': ['campaign:3', 'trunk:线路一', 'audit:trail', 'engine:一', 'recorder:一', 'office', '一/dial', 'task:audit.check_trail', 'year:2027'],
  'alerts.raised branches': [{ 城南: 3 }],
  'alerts.raised command': ['dial', 'connect_leg'],
  'alerts.raised part': from('health/types.py', 'Part'),
  'alerts.raised task': ['audit.check_trail'],
  'alerts.cleared kind': from('alerts/types.py', 'AlertKind'),
  'alerts.cleared about': ['campaign:3'],
  'alerts.acknowledged kind': from('alerts/types.py', 'AlertKind'),
  'allocation.returned_leads kind': ['returned_leads', 'left', 'not_eligible', 'over_quota', 'other'],
  'audit.certified result': from('audit/certificate/types.py', 'Result'),
  'audit.checked places': from('audit/types.py', 'Fault').map((fault) => [{ entry_id: 3, fault }]),
  'audit.facts_noted noted': [...new Map(NOTED.map((fact) => [fact.split('.')[0], fact])).values()].map((fact) => ({ [fact]: { '2026-11-23': [3, 'a hash'] } })),
  'campaigns.created mode': from('campaigns/types.py', 'DialMode'),
  'campaigns.changed changes': [{ mode: ['preview', 'progressive'], shifts: [[['10:00', '12:00']], [['10:00', '11:00']]], agent_fields: [{ age: 'clear' }, { age: 'masked' }] }],
  'campaigns.service_hours_changed before': from('campaigns/types.py', 'ServiceDays').map((days) => ({ opens: '08:00', closes: '21:00', days })),
  'campaigns.service_hours_changed after': [{ opens: '08:00', closes: '21:00', days: 'every_day' }],
  'complaints.opened category': from('complaints/types.py', 'Category'),
  'customers.corrected fields': [from('customers/types.py', 'FileField')],
  'customers.corrected source': from('customers/types.py', 'ChangeSource'),
  'customers.note_read of': from('reporting/history/types.py', 'Happening'),
  'customers.searched_by_id_number leads': [[3, 4]],
  'customers.searched leads': [[3, 4]],
  'customers.searched by': [['phone', 'name', 'last4', 'id_number']],
  'customers.searched_by_id_number by': [['id_number']],
  'dialer.signal_dismissed kind': SIGNALS,
  'field.decided why': BLOCKED,
  'field.questioned why': BLOCKED,
  'leads.basis_added act': from('consent/types.py', 'BasisAct'),
  'leads.basis_added kind': from('leads/types.py', 'BasisKind'),
  'leads.class_changed changed': [{ name_zh: ['甲', '乙'], most_attempts: [3, null], retry_factor: [1, 2], callback_grace_minutes: [1, 2], first_call_days: [1, 2], code: [1, 2] }],
  'leads.classes_reordered order': [['dormant', 'core']],
  'leads.dnc_entered reason': from('dnc/types.py', 'DncReason'),
  'leads.dnc_entered source': from('dnc/types.py', 'DncSource'),
  'leads.dnc_lifted why': from('dnc/types.py', 'LiftReason'),
  'leads.dnc_list_delivered kind': ['phone'], // the others are names of hashes, which are the same in every language
  'leads.dnc_list_delivered reasons': [{ not_a_hash: 3, malformed: 2, bad_cell: 1 }],
  'people.leave_changed kind': from('people/types.py', 'LeaveKind'),
  'people.leave_entered kind': from('people/types.py', 'LeaveKind'),
  'people.leave_withdrawn kind': from('people/types.py', 'LeaveKind'),
  'people.pattern_set parts': [[100, 50, 0]],
  'people.roster_set days': [['2026-11-23', '2026-11-24']],
  'people.roster_set reason': from('people/types.py', 'RosterReason'),
  'people.staff_created role': from('people/types.py', 'Role'),
  'quality.decided verdict': from('quality/types.py', 'ReviewVerdict'),
  'quality.decided failed': [[...read('quality/rules/score_card.py').matchAll(/CardItem\("(\w+)"/g)].map((found) => found[1]!)],
  'recordings.incident_closed incident': from('recordings/types.py', 'IncidentKind'),
  'recordings.stopped act': from('../recordings_policy/model.py', 'RecorderStopped'),
  'recordings.retention_judged rule': from('../recordings_policy/model.py', 'Rule')
}

/** Ids, and the class codes, that have a name here: no id is shown where there is one. */
const NAMES = Object.fromEntries(
  ['staff:3', 'campaign:3', 'class_scheme:3', 'region:3', 'lead_list:3', 'dnc_list:3', 'class:3:3', 'class:3:dormant', 'class:3:core'].map((label) => [label, { zh: '甲', en: 'A name' }])
)

const INSTANT = '2026-11-23T02:30:00Z'
const entry = (act: string, facts: Record<string, unknown>): Entry => ({ id: 1, at: INSTANT, actor: 'system', actor_name: null, act, subject: 'class_scheme:3', facts, names: NAMES, hash: '' })

/** Each fact of each act with each of its values, in words. */
function* sentences(): Generator<{ place: string; value: unknown; name: string; text: string }> {
  for (const [act, facts] of Object.entries(FACTS)) {
    for (const fact of Object.keys(facts)) {
      const values = CODES[`${act} ${fact}`] ?? (/(_at|until|^at)$/.test(fact) ? [INSTANT] : [3])
      for (const value of values) {
        const [[name, text]] = factsOf(entry(act, { [fact]: value })) as [[string, string]]
        yield { place: `${act} ${fact}`, value, name, text }
      }
    }
  }
}

describe('the facts of the trail', () => {
  beforeAll(async () => {
    await setLanguage('zh')
    await loadWords('data')
    await loadWords('operation')
    await loadRules()
  })

  it('hold no code and no English word in Chinese', () => {
    const wrong = [...sentences()].filter(({ name, text }) => /[A-Za-z_]{2,}|undefined|\[|\{/.test(`${name} ${text}`.replace('3 B', '')))
    expect(wrong).toEqual([])
  })

  it('hold no code in English', async () => {
    await setLanguage('en')
    const wrong = [...sentences()].filter(({ name, text }) => /[a-z]_[a-z]|undefined|\[|\{/.test(`${name} ${text}`))
    expect(wrong).toEqual([])
    await setLanguage('zh')
  })

  it('name each code apart', () => {
    const texts = new Map<string, string[]>()
    for (const one of sentences()) if (CODES[one.place]) texts.set(one.place, [...(texts.get(one.place) ?? []), one.text])
    // Commands and subjects of one kind may share a text; codes of one list may not.
    for (const [place, all] of texts) expect(new Set(all).size, place).toBe(all.length)
  })

  it('are known for every act that has words, and for no other', () => {
    const acts = ACTS.flatMap((room) => room.acts)
    expect(Object.keys(FACTS).filter((act) => !acts.includes(act))).toEqual([])
    expect(Object.keys(FACTS).filter((act) => actOf(act) === act)).toEqual([])
    const named = Object.keys(CODES).map((place) => place.split(' ') as [string, string])
    expect(named.filter(([act, fact]) => !FACTS[act]?.[fact])).toEqual([])
  })

  it('name the ids that the server names', () => {
    const table = read('audit/labels.py')
    const several = [...table.matchAll(/dict\.fromkeys\(\(([^)]*)\), "(\w+)"\)/g)].flatMap(([, facts, kind]) => [...facts!.matchAll(/"(\w+)"/g)].map((fact) => [fact[1]!, kind!] as const))
    const single = [...table.matchAll(/^ {4}"(\w+)": "(\w+)",/gm)].map((found) => [found[1]!, found[2]!] as const)
    const kinds = new Map([...several, ...single])
    const ours = Object.entries(FACTS).flatMap(([act, facts]) => Object.entries(facts).map(([fact, show]) => ({ act, fact, of: (show as { of?: string }).of })))
    const named = ours.filter((one) => one.of && one.fact !== 'before')
    expect(named.length).toBeGreaterThan(12)
    expect(named.filter((one) => kinds.get(one.fact) !== one.of)).toEqual([])
    expect([...kinds].filter(([fact, kind]) => !named.some((one) => one.fact === fact && one.of === kind))).toEqual([])
  })

  it('say why: what was typed, else the code in words', () => {
    expect(whyOf('leads.dnc_lifted', { why: 'complaint_decided' })).toBe('投诉已处理')
    expect(whyOf('leads.dnc_lifted', { why: '客户来信' })).toBe('客户来信')
    expect(whyOf('leads.dnc_entered', { reason: 'refused' })).toBe('客户拒绝')
    expect(whyOf('field.decided', { why: 'do_not_call', reason: '客户坚持' })).toBe('客户坚持')
    expect(whyOf('field.questioned', { why: 'do_not_call' })).toBe('列入禁拨')
    expect(whyOf('leads.particulars_revealed', { why: 'visit 12' })).toBe('拜访 12')
    expect(whyOf('people.logged_in', {})).toBe('')
  })

  it('name a subject, else say its kind and number', () => {
    expect(nameOf(entry('x', {}), 'campaign:3')).toBe('甲')
    expect(nameOf(entry('x', {}), 'campaign:4')).toBe('活动 4')
    expect(nameOf(entry('x', {}), 'task:audit.check_trail')).toBe('校验审计链并记录链末')
  })
})
