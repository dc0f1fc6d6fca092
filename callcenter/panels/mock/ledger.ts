/** The invented ledger: a few thousand leads by formula, two kept workbooks, an export that takes a while. */
import { MockProblem, type MockRequest } from './plugin.ts'

const RESULTS = ['stock', 'held', 'promised', 'success', 'thinking', 'refused', 'do_not_call', 'complaint', 'lapsed', 'wrong_person', 'not_reached', 'invalid_number', 'on_dnc_list', 'withdrawn', 'ruled_out']
const BRANCHES = ['南宁分行', '柳州分行', '桂林分行', '']
const CLASSES = ['高效客户', '高贡献客户', '一般客户', '休眠客户']
const DISTRICTS = ['青秀区', '兴宁区', '江南区', '西乡塘区', '横州市']
const AGENTS = ['李晓彤', '王建国', '张美玲', '刘洋', '陈思远', '杨帆', '黄嘉怡', '赵磊']
const LISTS = ['十一月存量客户', '高端理财客户回访', '信用卡分期客群', '柳州代发工资客群', '桂林新开户客群', '休眠客户唤醒']
const SURNAMES = '王李张刘陈杨黄赵吴周'
const DAY = 86_400_000
/** How often each result comes, of a hundred. */
const WEIGHTS = [30, 6, 2, 5, 7, 24, 4, 1, 1, 2, 13, 2, 2, 0, 1]
const COUNT = 4200

const at = (index: number, hours = 0) => new Date(Date.now() - (index % 40) * DAY - hours * 3_600_000).toISOString()

function resultOf(index: number): string {
  let rest = (index * 37) % 100
  for (const [position, weight] of WEIGHTS.entries()) if ((rest -= weight) < 0) return RESULTS[position]!
  return 'withdrawn'
}

function line(index: number) {
  const result = resultOf(index)
  const touched = !['stock', 'on_dnc_list', 'withdrawn'].includes(result) || index % 11 === 0
  const spoken = ['success', 'thinking', 'refused', 'do_not_call', 'complaint', 'lapsed', 'wrong_person', 'promised'].includes(result)
  const calls = spoken ? 1 + (index % 3) : result === 'not_reached' ? 5 : result === 'invalid_number' ? 1 : 0
  const list = index % LISTS.length
  const agents = touched ? [AGENTS[index % 8]!, ...(index % 5 === 0 ? [AGENTS[(index + 3) % 8]!] : [])] : []
  return {
    lead_id: index,
    campaign_id: 1,
    campaign: '稳盈年金·秋季',
    list_id: list + 1,
    list_name: LISTS[list]!,
    source: ['核心系统', '信用卡中心', '总行数据岗'][list % 3]!,
    branch: BRANCHES[list % 4]!,
    target_group: list % 2 ? '四十岁以上存款客群' : null,
    line: (index % 900) + 2,
    imported_at: at(index, 9),
    name_masked: `${SURNAMES[index % 10]}${index % 3 ? '**' : '*'}`,
    phone_masked: `199****${String((index * 7919) % 10000).padStart(4, '0')}`,
    customer_class: CLASSES[index % 4]!,
    district: DISTRICTS[index % 5]!,
    result,
    left: ['stock', 'held', 'promised'].includes(result),
    times_allocated: agents.length,
    agents,
    allocated_at: agents.length ? at(index, 4) : null,
    returned_why: touched && result === 'stock' ? 'returned_leads' : null,
    calls,
    answered: spoken ? 1 : 0,
    last_called_at: calls ? at(index, 2) : null,
    last_outcome: calls ? (spoken ? 'answered' : result === 'invalid_number' ? 'invalid_number' : 'no_answer') : null,
    last_disposition: calls ? (spoken ? (result === 'promised' || result === 'lapsed' ? 'callback' : result) : 'not_reached') : null,
    verdict: result === 'success' ? (index % 4 ? 'pass' : 'fail') : null,
    hand_over: result === 'success' && index % 4 ? (index % 3 ? 'done' : 'assigned') : null,
    visits: result === 'success' && index % 4 && index % 3 ? 1 : 0,
    visit_result: result === 'success' && index % 4 && index % 3 ? (index % 2 ? 'signed' : 'thinking') : null,
    complaint: result === 'complaint' ? 'answered' : null,
    do_not_call: result === 'do_not_call' || result === 'on_dnc_list',
    do_not_call_until: result === 'on_dnc_list' ? null : '2027-05-24T00:00:00Z',
    basis_withdrawn_at: result === 'withdrawn' ? at(index, 1) : null
  }
}

type Line = ReturnType<typeof line>
const lines: Line[] = Array.from({ length: COUNT }, (_, index) => line(COUNT - index))

function fits(one: Line, filters: Record<string, unknown>): boolean {
  return Object.entries(filters).every(([name, value]) => {
    if (name === 'agent_id') return one.agents.includes(AGENTS[Number(value) - 1]!)
    if (name === 'imported_from') return one.imported_at.slice(0, 10) >= String(value)
    if (name === 'imported_to') return one.imported_at.slice(0, 10) <= String(value)
    return one[name as keyof Line] === value
  })
}

function sum(key: string | null, name: string, some: Line[]) {
  const called = some.filter((one) => one.calls).length
  const reached = some.filter((one) => one.answered).length
  const results = Object.fromEntries(RESULTS.map((result) => [result, some.filter((one) => one.result === result).length]))
  return {
    key,
    name,
    leads: some.length,
    left: some.filter((one) => one.left).length,
    allocated: some.filter((one) => one.agents.length).length,
    called,
    reached,
    calls: some.reduce((calls, one) => calls + one.calls, 0),
    passed: some.filter((one) => one.verdict === 'pass').length,
    signed: some.filter((one) => one.visit_result === 'signed').length,
    reach_rate: called ? reached / called : null,
    success_rate: called ? results.success! / called : null,
    results
  }
}

const KEY = {
  branch: (one: Line) => [one.branch, one.branch],
  list: (one: Line) => [String(one.list_id), one.list_name],
  agent: (one: Line) => (one.agents.length ? [String(AGENTS.indexOf(one.agents.at(-1)!) + 1), one.agents.at(-1)!] : [null, '']),
  class: (one: Line) => [one.customer_class, one.customer_class],
  campaign: (one: Line) => [String(one.campaign_id), one.campaign]
} as Record<string, (one: Line) => [string | null, string]>

function totals(some: Line[], by: string) {
  const groups = new Map<string | null, { name: string; lines: Line[] }>()
  for (const one of some) {
    const [key, name] = KEY[by]!(one)
    groups.set(key, { name, lines: [...(groups.get(key)?.lines ?? []), one] })
  }
  const made = [...groups].map(([key, group]) => sum(key, group.name, group.lines))
  return { by, whole: sum(null, '', some), groups: made.sort((one, other) => other.leads - one.leads) }
}

const kept: Record<string, unknown>[] = [1, 2].map((id) => ({
  id: 3 - id,
  job_id: 900 - id,
  ordered_by_name: '何军',
  filters: id === 1 ? {} : { branch: '柳州分行', result: 'success' },
  scope: 'all',
  as_of: at(id * 7, id),
  rows: id === 1 ? 4200 : 52,
  size_bytes: id === 1 ? 412_330 : 9_214,
  sha256: '4ad1c79e0b7f'.repeat(5) + String(id).repeat(4),
  keep_until: '2029-11-24T00:00:00Z'
}))

let running: { id: number; began: number; filters: unknown; rows: number; cancelled: boolean } | null = null
const TAKES = 5000

function job(id: number) {
  if (!running || running.id !== id) return undefined
  const share = Math.min(1, (Date.now() - running.began) / TAKES)
  const state = running.cancelled ? 'cancelled' : share < 1 ? 'running' : 'done'
  const answer = { id, kind: 'ledger.export', state, done: Math.floor(share * running.rows), total: running.rows, figures: {}, result: null, problem: null, requested_at: at(0), started_at: at(0), ended_at: null, cancelling: false }
  if (state === 'done') {
    kept.unshift({ ...kept[0], id: kept.length + 1, filters: running.filters, rows: running.rows, as_of: new Date().toISOString() })
    running = null
  }
  return answer
}

export function ledger(wish: MockRequest): unknown {
  const of = /^\/jobs\/(\d+)(\/cancel)?$/.exec(wish.path)
  if (of && running?.id === Number(of[1])) {
    if (of[2]) running.cancelled = true
    return job(Number(of[1]))
  }
  if (!wish.path.startsWith('/ledger/')) return undefined
  const filters = (wish.body.filters ?? {}) as Record<string, unknown>
  const some = lines.filter((one) => fits(one, filters))
  if (wish.path === '/ledger/choices') {
    const named = (names: string[]) => names.map((name, index) => ({ value: String(index + 1), name }))
    const plain = (names: string[]) => names.map((name) => ({ value: name, name }))
    return { branches: plain(BRANCHES), lists: named(LISTS), campaigns: named(['稳盈年金·秋季']), classes: plain(CLASSES), agents: named(AGENTS) }
  }
  if (wish.path === '/ledger/totals') return totals(some, String(wish.body.by))
  if (wish.path === '/ledger/rows') {
    const first = wish.body.cursor ? some.findIndex((one) => one.lead_id < Number(wish.body.cursor)) : 0
    const page = first < 0 ? [] : some.slice(first, first + Number(wish.body.limit))
    return { items: page, next: first >= 0 && first + page.length < some.length ? String(page.at(-1)!.lead_id) : null }
  }
  if (wish.path === '/ledger/exports' && wish.method === 'POST') {
    if (!some.length) throw new MockProblem(422, 'ledger_export_empty')
    running = { id: 7000 + kept.length, began: Date.now(), filters, rows: some.length, cancelled: false }
    return { id: running.id, state: 'queued', requested_at: at(0) }
  }
  if (wish.path === '/ledger/exports') return { items: kept, next: null, running: running && !running.cancelled ? [{ id: running.id, state: 'running', requested_at: at(0) }] : [] }
  return undefined
}
