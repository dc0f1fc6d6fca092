/** Invented customers, their gates and their history. */
import { MockProblem, type MockRequest } from './plugin.ts'

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const ahead = (days: number, time = '10:00') => {
  const day = new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)
  return new Date(`${day}T${time}:00+08:00`).toISOString()
}
const today = () => ahead(0).slice(0, 10)

const NAMES = ['王**', '赵*', '钱**', '冯*', '褚**', '卫*', '蒋**', '沈*', '韩**', '杨*', '朱**', '秦*']
const CLASSES = ['高效客户', '高贡献客户', '一般客户', '休眠客户']
const STATES = ['assigned', 'stock', 'closed', 'stock']

const hits = NAMES.map((name_masked, index) => ({
  id: index + 1, campaign_id: 1 + (index % 2), list_id: 2, list_name: '电子银行 11 月名单', name_masked, phone_masked: `13${index % 10}****${1200 + index * 37}`,
  gender: index % 2 ? 'male' : 'female', age: 38 + index, district: ['青秀区', '兴宁区', '江南区'][index % 3]!, customer_class: CLASSES[index % 4]!,
  state: STATES[index % 4]!, basis_withdrawn: index === 6, do_not_call: index === 2 || index === 6, imported_at: ago(9000)
}))

const CLEAR_FIELDS = [
  { key: 'id_number', title: '证件号码', kind: 'text', value: '450100198005060000' },
  { key: 'income', title: '年收入', kind: 'money', value: 18_000_000 },
  { key: 'matures', title: '理财到期日', kind: 'date', value: '2027-03-01' },
  { key: 'payroll', title: '代发工资', kind: 'boolean', value: true },
  { key: 'employer', title: null, kind: 'text', value: '示例市第一中学' },
  { key: 'household', title: null, kind: 'text', value: '三口之家' }
].map((field) => ({ ...field, masked: false }))
const FIELDS = CLEAR_FIELDS.map((field) => (['id_number', 'employer'].includes(field.key) ? { ...field, value: `${String(field.value)[0]}***`, masked: true } : field))

function file(id: number) {
  const hit = hits.find((one) => one.id === id)
  if (!hit) throw new MockProblem(404, 'lead_not_found')
  return {
    ...hit, line: 40 + id, source: '总行数据中心', branch: '民族支行', address_masked: '***', carrier: '中国移动', city: '南宁', occupation: '教师',
    basis: { kind: 'written_consent', reference: 'SQ000101', withdrawn_at: hit.basis_withdrawn ? ago(300) : null, withdrawn_by: hit.basis_withdrawn ? '何军' : null, withdrawn_why: hit.basis_withdrawn ? '客户来函' : null },
    fields: FIELDS,
    barrings: hit.do_not_call
      ? [{ id: 9, reason: 'customer_request', source: 'call', entered_at: ago(2000), entered_by: '李晓彤', until: ahead(180), lifted_at: null, lifted_by: null, lifted_why: null, in_force: true },
         { id: 4, reason: 'wrong_person', source: 'office', entered_at: ago(90_000), entered_by: '何军', until: null, lifted_at: ago(60_000), lifted_by: '何军', lifted_why: '号码登记有误', in_force: false }]
      : [],
    elsewhere: id === 1 ? [{ id: 8, campaign_id: 2, list_id: 1, state: 'closed' }] : []
  }
}

const RULES = ['C7.not_closed', 'D3.assigned', 'C1.campaign_running', 'C1.window', 'H1.fit_to_telephone', 'C9.recorder', 'C3.caller_id', 'L6.do_not_call', 'L9.legal_basis', 'C3.per_day', 'C3.per_7_days', 'C3.attempts', 'D3.quota', 'C7.due', 'C4.no_call_going_on', 'D2.on_roster']
type Shut = Record<string, [string, Record<string, unknown>?, string?]>

function gates(id: number, agent: number | null) {
  const hit = file(id)
  const shut: Shut = {}
  const holder = { id: 1, name: '李晓彤' }
  const held = hit.state === 'assigned'
  if (hit.state === 'closed') shut['C7.not_closed'] = ['customer_closed']
  if (!held) shut['D3.assigned'] = ['not_allocated']
  if (agent && agent !== 1) shut['D3.assigned'] = ['held_by_another', { agent_id: 1 }]
  if (agent === 4) shut['H1.fit_to_telephone'] = ['agent_unfit', { missing: ['licence', 'training'] }]
  if (hit.do_not_call) shut['L6.do_not_call'] = ['on_do_not_call_list', {}, ahead(180)]
  if (hit.basis_withdrawn) shut['L9.legal_basis'] = ['no_valid_basis']
  if (id === 5) Object.assign(shut, { 'C3.per_day': ['called_today', { count: 1, cap: 1 }, ahead(1)], 'C7.due': ['not_due', {}, ahead(1, '13:30')], 'D2.on_roster': ['off_roster', { agent_id: 1 }] })
  const asked = agent ? { id: agent, name: agent === 1 ? '李晓彤' : '刘洋' } : held ? holder : null
  const list = RULES.filter((rule) => asked || !['H1.fit_to_telephone', 'D3.quota', 'D2.on_roster'].includes(rule)).map((rule) => {
    const why = shut[rule]
    return { rule, passes: !why, enforced: rule !== 'D2.on_roster', reason: why ? { code: why[0], text: 'invented', params: why[1] ?? {} } : null, passes_at: why?.[2] ?? null }
  })
  const closed = list.filter((gate) => gate.enforced && !gate.passes)
  const waits = closed.map((gate) => gate.passes_at)
  return {
    lead_id: id, at: new Date().toISOString(), kind: 'lead', agent: asked, callback: null, gates: list, callable: !closed.length,
    hand: held || hit.state === 'closed' ? { assignment_id: 70, agent: holder, work_on: today(), state: held ? 'open' : 'done', due_at: ago(60), attempts: 1, reason: '公平分配', result: held ? null : 'refused' } : null,
    next_possible_at: !closed.length ? new Date().toISOString() : waits.every(Boolean) ? waits.sort().at(-1)! : null
  }
}

const ann = { id: 1, name: '李晓彤' }
const officer = { id: 9, name: '何军' }
const visitor = { id: 7, name: '陈志远' }
const CALL = '00000000-0000-4000-8000-000000000001'
const it = (minutes: number, kind: string, facts: object, what: object = {}) => ({
  key: `${kind}:${minutes}`, at: ago(minutes), kind, lead_id: 1, campaign_id: 1, by: null, agent: null, call_id: null, facts, link: null, ...what
})
const story = (link: boolean) => [
  it(12, 'revealed', { why: '客户来电核对资料' }, { by: officer }),
  it(300, 'visit', { state: 'reported', result: 'thinking', number: 1, visit_at: ago(360), next_at: ahead(3), note: true }, { agent: visitor }),
  it(1300, 'hand_over', { state: 'assigned', district: '青秀区', region: '东区', requested_visit_at: ago(360) }, { agent: visitor }),
  it(1320, 'review', { state: 'decided', verdict: 'pass', note: false }, { by: { id: 3, name: '周敏' }, agent: ann }),
  it(1330, 'listened', { why: '质检' }, { by: { id: 3, name: '周敏' }, call_id: CALL }),
  it(1400, 'finished', { result: 'success', attempts: 2 }, { agent: ann }),
  it(1401, 'recording', { state: 'stored', duration_ms: 151_000, retain_until: ahead(3650) }, { call_id: CALL, link: link ? `/recordings/${CALL}` : null }),
  it(1404, 'call', { kind: 'lead', state: 'ended', outcome: 'answered', disposition: 'success', seconds: 148, rule: 'none', note: true }, { by: ann, call_id: CALL }),
  it(2900, 'dnc_lifted', { why: '号码登记有误' }, { by: officer }),
  it(2950, 'call', { kind: 'lead', state: 'ended', outcome: 'no_answer', disposition: 'not_reached', rule: 'none', note: false }, { by: ann }),
  it(3600, 'allocated', { work_on: today(), why: '高效客户 2/8，青秀区 1/3，最早导入' }, { agent: ann }),
  it(4000, 'class_set', { scheme_zh: '客户价值', scheme_en: 'value', class_zh: '高效客户', class_en: 'high value', how: 'rule' }),
  it(4400, 'dnc_entered', { reason: 'wrong_person', until: ahead(180) }, { by: officer }),
  it(8900, 'complaint', { category: 'handling', state: 'closed' }, { agent: ann, lead_id: 8, campaign_id: 2 }),
  it(9000, 'imported', { list: '电子银行 11 月名单', line: 41, basis_kind: 'written_consent' }, { by: officer })
]

let inSchemes = [{ scheme_id: 1, code: 'high_value', name_zh: '高效客户', name_en: 'High value', how: 'rule', reason: '', set_by: '' }]

export function customers(wish: MockRequest, rights: string[]): unknown {
  const { method, path, query, body } = wish
  if (path === '/leads/search') {
    const fits = (one: (typeof hits)[number]) =>
      (!body.name || one.name_masked[0] === String(body.name)[0]) && (!body.state || one.state === body.state) &&
      (!body.last4 || one.phone_masked.endsWith(String(body.last4))) && (!body.customer_class || one.customer_class === body.customer_class)
    return { items: hits.filter(fits), next: null }
  }
  const found = /^\/leads\/(\d+)(?:\/([\w/-]+))?$/.exec(path)
  if (!found) return undefined
  const id = Number(found[1])
  if (!found[2]) return method === 'GET' ? file(id) : undefined
  if (found[2] === 'class') {
    const chosen = body.code ? { scheme_id: Number(body.scheme_id), code: String(body.code), name_zh: '人工指定的类', name_en: 'class set manually', how: 'hand', reason: String(body.reason), set_by: '何军' } : null
    inSchemes = [...inSchemes.filter((one) => one.scheme_id !== Number(body.scheme_id)), ...(chosen ? [chosen] : [])]
  }
  if (found[2] === 'class' || found[2] === 'classes') return { items: inSchemes }
  if (found[2] === 'gates') return gates(id, Number(query.get('agent_id')) || null)
  if (found[2] === 'reveal') {
    if (!rights.includes('reveal_number')) throw new MockProblem(403, 'not_allowed')
    return { name: '王小明', phone: '13000001200', address: '示例路 8 号 1802 室', district: '青秀区', birth_on: '1980-05-06', age: 46, fields: CLEAR_FIELDS }
  }
  if (found[2] === 'history') {
    const kinds = query.getAll('kind')
    return { items: story(rights.includes('listen_recordings')).filter((one) => !kinds.length || kinds.includes(one.kind)), next: null }
  }
  return undefined
}
