/** Invented customer classes: two schemes, rules, previews and applications that take a few seconds. */
import { MockProblem, type MockRequest } from './plugin.ts'

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const KINDS: Record<string, string[]> = {
  text: ['equals', 'one_of', 'contains', 'known', 'empty'],
  number: ['equals', 'at_least', 'at_most', 'between', 'known', 'empty'],
  date: ['equals', 'at_least', 'at_most', 'between', 'known', 'empty'],
  choice: ['equals', 'one_of', 'known', 'empty'],
  yes_no: ['equals', 'known', 'empty']
}
const field = (key: string, kind: string, title = '', choices: string[] = [], money = false) => ({
  key, kind, title, money, choices: choices.map((value) => ({ value, label: /^\d+$/.test(value) ? `名单 ${value}` : '' })), operators: KINDS[kind]
})
const FIELDS = [
  field('age', 'number'), field('gender', 'choice', '', ['male', 'female']), field('district', 'text'), field('occupation', 'text'), field('list_class', 'text'),
  field('basis_kind', 'choice', '', ['written_consent', 'recorded_consent', 'electronic_consent', 'existing_relation']), field('list', 'choice', '', ['2', '1']),
  field('source', 'text'), field('branch', 'text'), field('carrier', 'text'), field('city', 'text'), field('data_age', 'number'), field('further:income', 'number', '年收入', [], true),
  field('further:policies', 'number'), field('further:risk', 'text'), field('further:due', 'date', '理财到期日'), field('further:payroll', 'yes_no', '代发工资')
]
const one = (code: string, name_zh: string, name_en: string, rank: number, what: object = {}) => ({
  code, name_zh, name_en, rank, default: false, callback_grace_minutes: null as number | null, most_attempts: null as number | null, retry_factor: null as number | null, first_call_days: null as number | null, ...what
})
const value = () => ({
  id: 1, key: 'value', name_zh: '客户价值', name_en: 'Customer value', active_version: 2 as number | null,
  classes: [
    one('high_value', '高效', 'High-value', 1, { callback_grace_minutes: 60, most_attempts: 5, retry_factor: 0.5, first_call_days: 3 }),
    one('high_contribution', '高贡献', 'High-contribution', 2, { callback_grace_minutes: 45, first_call_days: 6 }),
    one('general', '一般', 'General', 3, { default: true }),
    one('dormant', '休眠', 'Dormant', 4, { most_attempts: 2, retry_factor: 2 })
  ]
})
const importance = () => ({
  id: 2, key: 'importance', name_zh: '客户重要性', name_en: 'Customer importance', active_version: null as number | null,
  classes: [one('core', '核心', 'Core', 1), one('key', '重点', 'Key', 2), one('ordinary', '普通', 'Ordinary', 3, { default: true }), one('potential', '潜在', 'Potential', 4)]
})
const RULES = [
  { class_code: 'high_value', name: '高收入中年', match: 'all', conditions: [{ field: 'age', operator: 'between', value: [40, 60] }, { field: 'further:income', operator: 'at_least', value: 200000 }] },
  { class_code: 'high_contribution', name: '', match: 'any', conditions: [{ field: 'further:policies', operator: 'at_least', value: 2 }, { field: 'occupation', operator: 'one_of', value: ['会计', '工程师'] }] },
  { class_code: 'dormant', name: '久未联系', match: 'all', conditions: [{ field: 'data_age', operator: 'at_least', value: 180 }] }
]
const rules = (version: number, active: boolean, list: object[], why: string, minutes: number) => ({
  version, rules: list, note: why, active, created_at: ago(minutes + 20), created_by: '何军', activated_at: version === 0 ? null : ago(minutes), activated_by: '何军', activated_why: why
})
const SHARES: Record<string, number[]> = { '1': [9_120, 14_388, 71_204, 5_510], '2': [0, 0, 0, 0] }
const MOVES = [
  ['general', 'general', 63_800], ['high_contribution', 'high_contribution', 12_100], ['high_value', 'high_value', 8_950], ['dormant', 'dormant', 4_980],
  ['general', 'high_contribution', 5_214], ['general', 'dormant', 2_190], ['high_contribution', 'high_value', 2_288], ['dormant', 'general', 530], ['high_value', 'general', 170]
] as const

export function classes() {
  const schemes = new URLSearchParams(process.env.MOCK ?? '').has('no-classes') ? [] : [value(), importance()]
  const versions: Record<number, ReturnType<typeof rules>[]> = {
    1: [rules(2, true, RULES, '按分行会议意见，提高收入门槛', 2_880), rules(1, false, RULES.slice(0, 1), '首次启用', 20_000)], 2: []
  }
  const steered = new Map<number, number | null>([[1, 1]])
  const jobs = new Map<number, { kind: string; scheme: number; from: number; cancelled: boolean; version: number | null; reason: string }>()
  let next = 9_000

  function job(id: number) {
    const found = jobs.get(id)
    if (!found) return undefined
    const share = Math.min(1, (Date.now() - found.from) / 3500)
    const state = found.cancelled ? 'cancelled' : share < 0.1 ? 'queued' : share < 1 ? 'running' : 'done'
    if (state === 'done' && found.kind === 'classes.apply' && found.version) {
      for (const each of versions[found.scheme]!) each.active = each.version === found.version
      const active = versions[found.scheme]!.find((each) => each.active)!
      Object.assign(active, { activated_at: new Date().toISOString(), activated_why: found.reason })
      schemes.find((each) => each.id === found.scheme)!.active_version = found.version
    }
    return { id, kind: found.kind, state, done: Math.floor(100_222 * share), total: 100_222, figures: { moved: Math.floor(10_392 * share) }, result: state === 'done' ? {} : null, problem: null, requested_at: ago(0), started_at: ago(0), ended_at: null, cancelling: false }
  }
  function order(kind: string, scheme: number, version: number | null = null, reason = '') {
    jobs.set(++next, { kind, scheme, from: Date.now(), cancelled: false, version, reason })
    return { id: next, kind, state: 'queued' }
  }
  function check(list: { class_code: string; conditions: { operator: string; value: unknown }[] }[]) {
    const findings = list.flatMap((rule, index) => [
      ...(rule.conditions.length ? [] : [{ rule: index + 1, condition: null, problem: 'no_condition' }]),
      ...rule.conditions.flatMap((each, place) => {
        const missing = !['known', 'empty'].includes(each.operator) && (each.value === null || each.value === '' || (Array.isArray(each.value) && !each.value.length))
        const backwards = each.operator === 'between' && Array.isArray(each.value) && Number(each.value[0]) > Number(each.value[1])
        return missing || backwards ? [{ rule: index + 1, condition: place + 1, problem: missing ? 'value_missing' : 'range_backwards' }] : []
      })
    ])
    if (findings.length) throw new MockProblem(422, 'class_rules_invalid', { rule: 'L5', params: { findings } })
  }

  return ({ method, path, body }: MockRequest): unknown => {
    const running = /^\/jobs\/(9\d{3})(\/cancel)?$/.exec(path)
    if (running) {
      if (running[2]) jobs.get(Number(running[1]))!.cancelled = true
      return job(Number(running[1]))
    }
    const campaign = /^\/campaigns\/(\d+)\/class-scheme$/.exec(path)
    if (campaign) {
      steered.set(Number(campaign[1]), (body.scheme_id as number | null) ?? null)
      return { id: Number(campaign[1]), class_scheme_id: body.scheme_id }
    }
    if (!path.startsWith('/class-schemes')) return undefined
    if (path === '/class-schemes' && method === 'GET') return { items: schemes, next: null }
    if (path === '/class-schemes/defaults') {
      schemes.push(value(), importance())
      return { items: schemes, next: null }
    }
    if (path === '/class-schemes') {
      schemes.push({ ...(body as { key: string; name_zh: string; name_en: string }), id: schemes.length + 1, active_version: null, classes: [] })
      versions[schemes.length] = []
      return schemes.at(-1)
    }
    if (path === '/class-schemes/fields') return { items: FIELDS, next: null }
    const seen = /^\/class-schemes\/previews\/(\d+)$/.exec(path)
    if (seen) {
      return {
        scheme_id: 1, version: null, total: 100_222, moved: 10_392, manual: 14, moves: MOVES.map(([source, target, count]) => ({ source, target, count })), by_rule: { '1': 11_238, '2': 17_314, '3': 7_170 },
        examples: MOVES.slice(4).map(([source, target], index) => ({ lead_id: 100 + index, source, target, rule_no: target === 'general' ? null : (index % 3) + 1, name_masked: ['王**', '赵*', '钱**', '冯*', '陈**'][index], phone_masked: `138****${1000 + 37 * index}` }))
      }
    }
    const [, id = '', what = '', code = ''] = /^\/class-schemes\/(\d+)\/?([\w-]*)\/?(\w*)$/.exec(path) ?? []
    const scheme = schemes.find((each) => each.id === Number(id))
    if (!scheme) throw new MockProblem(404, 'class_scheme_not_found')
    const found = scheme.classes.find((each) => each.code === code)
    switch (`${method} ${what}`) {
      case 'GET figures':
        return { items: [...scheme.classes.map((each, index) => ({ code: each.code, leads: SHARES[id]?.[index] ?? 0, overdue: each.code === 'high_value' ? 132 : 0 })), { code: null, leads: id === '2' ? 100_222 : 0, overdue: 0 }], next: null }
      case 'GET rules':
        return { items: versions[scheme.id], next: null }
      case 'POST rules':
        check(body.rules as [])
        versions[scheme.id]!.unshift({ ...rules(versions[scheme.id]!.length + 1, false, body.rules as object[], String(body.note), 0), activated_at: null, activated_why: '' })
        return versions[scheme.id]![0]
      case 'POST preview':
        check(body.rules as [])
        return order('classes.preview', scheme.id)
      case 'POST apply':
        return order('classes.apply', scheme.id, body.version as number, String(body.reason))
      case 'GET application':
        return null
      case 'PUT order':
        scheme.classes.sort((a, b) => (body.codes as string[]).indexOf(a.code) - (body.codes as string[]).indexOf(b.code)).forEach((each, index) => (each.rank = index + 1))
        return scheme
      case 'PUT default':
        scheme.classes.forEach((each) => (each.default = each.code === body.code))
        return scheme
      case 'POST classes':
        if (scheme.classes.some((each) => each.code === body.code)) throw new MockProblem(409, 'class_taken')
        scheme.classes.push(one('', '', '', scheme.classes.length + 1, body))
        return scheme
      case 'PUT classes':
        Object.assign(found!, body)
        return scheme
      case 'DELETE classes':
        scheme.classes.splice(scheme.classes.indexOf(found!), 1)
        return scheme
      case 'PATCH ':
        return Object.assign(scheme, body)
    }
    return undefined
  }
}
