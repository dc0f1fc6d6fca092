/** The invented boards: floor, quality, field, complaints, leads. */
import type { ServerResponse } from 'node:http'
import { MockProblem, type MockRequest } from './plugin.ts'

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const on = (days: number, time: string) => {
  const day = new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)
  return new Date(`${day}T${time}:00+08:00`).toISOString()
}

const NAMES = ['李晓彤', '王建国', '张美玲', '刘洋', '陈思远', '杨帆', '黄嘉怡', '赵磊', '吴倩', '周航', '徐静', '孙浩']
const STATES = ['on_call', 'on_call', 'ready', 'wrap_up', 'paused', 'on_call', 'preview', 'on_call', 'wrap_up', 'offline', 'on_call', 'paused']

function floor() {
  const seats = NAMES.map((name, index) => ({
    agent_id: index + 1,
    name,
    state: STATES[index],
    since: ago(index * 0.7),
    pause_code: STATES[index] === 'paused' ? (index % 2 ? 'meal' : 'training') : null,
    mode: 'preview',
    leg: index === 2 ? 'connecting' : 'up',
    robot: index > 1,
    call:
      STATES[index] === 'on_call'
        ? { state: index === 5 ? 'ringing' : 'answered', answered_at: index === 5 ? null : ago(index * 0.5), kind: index === 7 ? 'complaint' : 'lead' }
        : null,
    today: { calls: 22 + index, answered: 14 + (index % 5), successes: index % 4, assigned: 30, done: 12 + index }
  }))
  return {
    now: new Date().toISOString(),
    rehearsal: true,
    seats,
    totals: { placed: 341, answered: 214, successes: 19, live: 4, recordings_stored: 212, incidents_open: 1, complaints_due: 3, complaints_done: 2 },
    window: { open: true, until: on(0, '18:00'), opens_at: null }
  }
}

const peaks = (phase: number) =>
  Array.from({ length: 800 }, (_, i) => Math.round(Math.max(2, Math.sin(i / 23 + phase) > 0 ? 60 + 50 * Math.sin(i * 1.7) * Math.sin(i / 5) : 4)))

const CARD = [
  ['identity', '核对客户本人身份', 'The customer\'s identity was checked', true],
  ['product', '准确说明所介绍的是保险产品', 'It was made clear that this is insurance', true],
  ['service_promise', '服务承诺属实且可兑现', 'Nothing was promised that cannot be kept', true],
  ['own_name', '报出本人姓名', 'The agent gave their own name', false],
  ['misleading', '无误导性表述', 'Nothing misleading was said', true],
  ['courtesy', '用语文明礼貌', 'The agent was courteous', false]
].map(([key, text_zh, text_en, fatal]) => ({ key, text_zh, text_en, fatal }))

const reviews = [1, 2, 3, 4].map((id) => ({
  id,
  call_id: `00000000-0000-4000-8000-00000000000${id}`,
  agent_name: NAMES[id],
  lead: { name: ['王**', '赵*', '钱**', '冯*'][id - 1], phone: '138****123' + id, district: '浦东新区' },
  answered_at: ago(30 * id),
  duration_ms: 95_000 + id * 21_000,
  state: id === 4 ? 'decided' : 'open',
  claimed_by: null as number | null,
  claimed_by_name: null as string | null,
  claim_expires_at: null as string | null,
  recording_state: id === 3 ? 'captured' : 'stored',
  disposition: 'success',
  details: { visit_at: on(1, '10:00'), visit_address: '浦东新区世纪大道××号 1802 室', note: '关注重疾保障，希望上午上门。', script_ticks: ['own_name', 'licence', 'recording'] },
  verdict: id === 4 ? 'fail' : null,
  verdict_note: id === 4 ? '未报执业证编号。' : '',
  failed_items: id === 4 ? ['identity'] : []
}))

const visits = [
  ['周文静', '13800000001', '世纪大道××号 1802 室', '浦东新区', 46, '09:30', null],
  ['钱志刚', '13800000002', '漕溪北路××弄 3 号 501 室', '徐汇区', 52, '11:00', null],
  ['沈丽华', '139****7788', '南京西路××号', '静安区', 61, '14:30', 'thinking']
].map(([name, phone, address, district, age, at, result], index) => ({
  id: index + 1, position: index + 1, number: 1,
  customer: { name, phone, address, district, age },
  visit_at: on(0, String(at)), state: result ? 'reported' : 'planned', result, note: result ? '需与家人商量。' : '',
  next_at: result ? on(3, '10:00') : null, call_note: '关注重疾保障，希望带计划书。'
}))

const handOvers = [
  { id: 31, district: '奉贤新城', region: null, due_at: ago(45), requested_visit_at: on(1, '10:00'), assigned_to: null, state: 'unknown_region', reason: '', lead: { name: '冯*', phone: '137****5521' } },
  { id: 32, district: '普陀区', region: { id: 1, name: '西区' }, due_at: on(1, '09:30'), requested_visit_at: on(1, '15:00'), assigned_to: null, state: 'open', reason: '', lead: { name: '褚**', phone: '135****0917' } },
  { id: 33, district: '浦东新区', region: { id: 2, name: '东区' }, due_at: on(1, '09:30'), requested_visit_at: on(2, '10:00'), assigned_to: { id: 7, name: '陈志远' }, state: 'assigned', reason: '', lead: { name: '卫*', phone: '136****4410' } }
]

const cases = [
  { id: 17, category: 'staff_unpunctual', text: '约好上午十点上门，业务员迟到一个半小时且没有来电说明。', opened_at: ago(1500), answer_due_at: ago(60), decide_due_at: on(14, '12:00'), state: 'open', agent_name: '刘洋', lead: { name: '钱**', phone: '136****0042' }, decision: '', callback: { state: 'due', due_at: ago(60), attempts: 1, attempts_demanded: 3, done_call_id: null } },
  { id: 16, category: 'product', text: '客户认为等待期说明不清楚。', opened_at: ago(3000), answer_due_at: ago(1560), decide_due_at: on(12, '12:00'), state: 'answered', agent_name: null, lead: { name: '孙*', phone: '133****8120' }, decision: '', callback: { state: 'done', due_at: ago(1560), attempts: 1, attempts_demanded: 3, done_call_id: 'c' } },
  { id: 15, category: 'handling', text: '保单寄送地址有误。', opened_at: ago(9000), answer_due_at: ago(8000), decide_due_at: ago(100), state: 'closed', agent_name: null, lead: { name: '李**', phone: '138****1276' }, decision: '已重新寄送并致歉。', callback: { state: 'done', due_at: ago(7000), attempts: 2, attempts_demanded: 3, done_call_id: 'c' } }
]

const lists = [
  { id: 2, name: '电子银行 11 月名单', campaign_id: 1, imported_at: ago(600), rows: 10_000, good: 9_412, rejected: 588, reasons: { duplicate_in_system: 301, malformed: 120, no_legal_basis: 88, do_not_call: 51, missing_phone: 20, foreign: 8 } },
  { id: 1, name: '试点名单', campaign_id: 1, imported_at: ago(9600), rows: 300, good: 300, rejected: 0, reasons: {} }
]
const campaigns = [{ id: 1, name: '安心人生 2026 秋', state: 'running', mode: 'preview', quota: 30 }]
const runs = [{ run_id: 5, campaign_id: 1, on: on(0, '12:00').slice(0, 10), agents: 12, assigned: 348, carried: 11, shortage: 12, stock_left: 0, forecast_days: 0 }]

function review(wish: MockRequest) {
  const [, , id, act] = wish.path.split('/')
  const found = reviews.find((one) => one.id === Number(id))
  if (!found) throw new MockProblem(404, 'review_not_found')
  if (act === 'claim') Object.assign(found, { state: 'claimed', claimed_by: 1, claimed_by_name: '周敏', claim_expires_at: ago(-30) })
  if (act === 'release') Object.assign(found, { state: 'open', claimed_by: null, claimed_by_name: null })
  if (act === 'verdict') Object.assign(found, { state: 'decided', verdict: wish.body.verdict, verdict_note: wish.body.note, failed_items: wish.body.failed_items })
  return found
}

const page = <T>(items: T[]) => ({ items, next: null })

export function boards() {
  return {
    /** True when the request was a stream and has been taken. */
    stream(wish: MockRequest, answer: ServerResponse): boolean {
      if (wish.path !== '/floor/stream') return false
      answer.writeHead(200, { 'Content-Type': 'text/event-stream' })
      const send = () => answer.write(`event: floor\ndata: ${JSON.stringify(floor())}\n\n`)
      send()
      const beat = setInterval(send, 2000)
      answer.on('close', () => clearInterval(beat))
      return true
    },
    answer(wish: MockRequest): unknown {
      const { method, path, query } = wish
      if (path === '/floor') return floor()
      if (path === '/reviews/card') return { version: '2026-1', items: CARD }
      if (path === '/reviews') return page(reviews.filter((one) => one.state === query.get('state')))
      if (path.startsWith('/reviews/')) return review(wish)
      if (path.startsWith('/recordings/')) {
        return { call_id: path.split('/')[2], state: 'stored', duration_ms: 116_000, stored_at: ago(5), retain_until: on(1900, '00:00'), sha256: 'ab', peaks: { customer: peaks(0), agent: peaks(Math.PI) }, figures: {} }
      }
      if (path === '/field/visits') return page(query.get('on') === on(0, '12:00').slice(0, 10) ? visits : [])
      if (path.startsWith('/field/visits/')) {
        const visit = visits.find((one) => one.id === Number(path.split('/')[3]))
        Object.assign(visit ?? {}, wish.body, { state: 'reported' })
        return { visit_id: visit?.id }
      }
      if (path === '/field/regions') {
        return page([
          { id: 1, name: '西区', districts: ['普陀区', '长宁区'], leader: null, agents: [{ id: 6, name: '马骏' }] },
          { id: 2, name: '东区', districts: ['浦东新区'], leader: null, agents: [{ id: 7, name: '陈志远' }, { id: 8, name: '林悦' }] }
        ])
      }
      if (path === '/field/hand-overs') return page(handOvers.filter((one) => (query.get('state') === 'overdue' ? one.id === 31 : one.state === query.get('state'))))
      if (path.startsWith('/field/hand-overs/')) return Object.assign(handOvers[0]!, { state: 'assigned' })
      if (path === '/complaints/meter') return { due: 3, done: 2, rate: 2 / 3, open: [{ case_id: 17, category: 'staff_unpunctual', attempts: 1, waiting_since: ago(1500), late: true }] }
      if (path === '/complaints' && method === 'POST') return cases[0]
      if (path === '/complaints') return page(cases.filter((one) => !query.get('state') || one.state === query.get('state')))
      if (path.endsWith('/sign-off')) throw new MockProblem(409, 'obligation_stands', { rule: 'X3' })
      if (path.startsWith('/complaints/')) return cases[0]
      if (path === '/lead-lists' && method === 'POST') return { list_id: 3, rows: 120, good: 101, rejected: 19, reasons: { malformed: 12, do_not_call: 7 }, already_imported: false }
      if (path === '/lead-lists') return page(lists)
      if (path.endsWith('/rejects')) return page([{ id: 1, line: 14, reason: 'malformed' }, { id: 2, line: 77, reason: 'do_not_call' }])
      if (path === '/campaigns') return page(campaigns)
      if (path === '/allocation/runs') return method === 'POST' ? { ...runs[0], already_run: false } : page(runs)
      throw new MockProblem(404, 'not_found')
    }
  }
}
