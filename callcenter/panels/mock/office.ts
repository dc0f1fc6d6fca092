/** The invented office: roster, quotas, calendar, campaigns, allocation, alerts. */
import { MockProblem, type MockRequest } from './plugin.ts'

const DAY = 86_400_000
const iso = (at: number) => new Date(at).toISOString().slice(0, 10)
const today = () => iso(Date.now() + 8 * 3_600_000)
const ahead = (on: string, days: number) => iso(Date.parse(on) + days * DAY)
const weekday = (on: string) => (new Date(`${on}T00:00:00Z`).getUTCDay() + 6) % 7

const NAMES = ['李晓彤', '王建国', '张美玲', '刘洋', '陈思远', '杨帆', '黄嘉怡', '赵磊', '吴倩', '周航', '徐静', '孙浩', '马骏', '朱婷', '胡波', '林悦', '何涛', '高洁', '罗敏', '梁宇', '宋佳', '郑凯', '谢琳', '韩雪']
const BRANCHES = ['南宁分行', '柳州分行', '桂林分行']
const agents = NAMES.map((name, index) => ({
  agent_id: index + 1,
  name,
  branch: BRANCHES[Math.floor(index / 8)]!,
  licence_valid_until: index === 3 ? ahead(today(), 6) : index === 9 ? ahead(today(), -3) : '2027-08-31',
  patterns: index === 5 ? [{ from_on: '2026-01-01', parts: [50, 50, 50, 50, 50, 0, 0] }] : index === 14 ? [{ from_on: '2026-01-01', parts: [100, 0, 100, 0, 100, 0, 0] }] : ([] as { from_on: string; parts: number[] }[])
}))

const entries = new Map<string, { part: number; reason: string | null }>([
  [`3:${ahead(today(), 1)}`, { part: 0, reason: 'sick' }],
  [`3:${ahead(today(), 2)}`, { part: 0, reason: 'sick' }],
  [`8:${ahead(today(), 2)}`, { part: 0, reason: 'leave' }],
  [`8:${ahead(today(), 3)}`, { part: 0, reason: 'leave' }],
  [`12:${ahead(today(), 4)}`, { part: 0, reason: 'training' }],
  [`13:${ahead(today(), 4)}`, { part: 0, reason: 'training' }],
  [`20:${ahead(today(), 1)}`, { part: 50, reason: null }]
])

const HOLIDAYS: [string, string, string][] = [
  ['2026-01-01', '2026-01-03', 'new_year'], ['2026-02-15', '2026-02-23', 'spring_festival'], ['2026-04-04', '2026-04-06', 'tomb_sweeping'],
  ['2026-05-01', '2026-05-05', 'labour_day'], ['2026-06-19', '2026-06-21', 'dragon_boat'], ['2026-09-25', '2026-09-27', 'mid_autumn'],
  ['2026-10-01', '2026-10-07', 'national_day'], ['2027-01-01', '2027-01-01', 'new_year'], ['2027-02-05', '2027-02-10', 'spring_festival']
]
const MAKE_UP = new Set(['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'])
const overrides = new Map<string, { working: boolean; reason: string; by: string; at: string }>([
  [ahead(today(), 16), { working: false, reason: '系统切换，暂停外呼', by: '何军', at: new Date().toISOString() }]
])

function calendarDay(on: string) {
  const holiday = HOLIDAYS.find(([from, to]) => on >= from && on <= to)?.[2] ?? null
  const kind = MAKE_UP.has(on) ? 'make_up' : holiday ? 'holiday' : weekday(on) > 4 ? 'weekend' : 'weekday'
  const override = overrides.get(on) ?? null
  return { on, kind, holiday, working: override?.working ?? (kind === 'weekday' || kind === 'make_up'), provisional: on >= '2027' && !override, override }
}

const span = (from: string, to: string) => Array.from({ length: (Date.parse(to) - Date.parse(from)) / DAY + 1 }, (_, i) => ahead(from, i))

function roster(from: string, to: string) {
  const days = span(from, to).map(calendarDay)
  const lines = agents.map((agent) => ({
    ...agent,
    days: days.map(({ on, working }) => {
      const entry = entries.get(`${agent.agent_id}:${on}`)
      const pattern = agent.patterns.filter((one) => one.from_on <= on).at(-1)
      const part = !working ? 0 : (entry?.part ?? pattern?.parts[weekday(on)] ?? 100)
      const source = !working ? 'calendar' : entry ? 'row' : pattern ? 'pattern' : 'calendar'
      return { on, part, working: part > 0, source, reason: (working && entry?.reason) || null, missing: on > agent.licence_valid_until ? ['licence'] : [] }
    })
  }))
  const columns = days.map((day, index) => {
    const cells = lines.map((line) => line.days[index]!).filter((cell) => cell.working && !cell.missing.length)
    return { on: day.on, working: day.working, provisional: day.provisional, agents: cells.length, parts: cells.reduce((sum, cell) => sum + cell.part, 0) / 100 }
  })
  return { days: columns, lines, next: null }
}

const campaigns = [
  { id: 1, name: '安心人生 2026 秋', product: '终身寿险', company_full_name: '示例人寿保险股份有限公司', state: 'running', mode: 'preview', outer: { opens: '08:00', closes: '21:00' }, shifts: [{ opens: '10:00', closes: '12:00' }, { opens: '13:30', closes: '18:00' }], quota: 30, ring_seconds: 30, wrap_up_seconds: 60, max_attempts: 3, cap_per_day: 1, cap_per_7_days: 3 },
  { id: 2, name: '惠享年金 2027 春', product: '年金保险', company_full_name: '示例人寿保险股份有限公司', state: 'preparing', mode: 'progressive', outer: { opens: '08:00', closes: '21:00' }, shifts: [{ opens: '09:30', closes: '11:30' }, { opens: '14:00', closes: '17:30' }], quota: 20, ring_seconds: 30, wrap_up_seconds: 45, max_attempts: 3, cap_per_day: 1, cap_per_7_days: 3 }
]
const quotas = [
  { id: 1, campaign_id: 1, staff_id: 5 as number | null, quota: 20, from_on: today(), reason: '新人试用期', set_by: 1 },
  { id: 2, campaign_id: 1, staff_id: 1 as number | null, quota: 36, from_on: today(), reason: '业绩突出', set_by: 1 }
]

const alerts = [
  { id: 1, kind: 'stock_low', subject: 'campaign:1', facts: { campaign_id: 1, stock: 2140, days: 3.2, least: 6 }, acknowledged_at: null as string | null, acknowledged_by: null as string | null, note: '' },
  { id: 2, kind: 'calendar_provisional', subject: 'year:2027', facts: { year: 2027, from: '2027-01-01', days: 9 }, acknowledged_at: null as string | null, acknowledged_by: null as string | null, note: '' },
  { id: 3, kind: 'shortage', subject: 'campaign:1', facts: { campaign_id: 1, on: ahead(today(), 1), shortage: 12 }, acknowledged_at: new Date().toISOString(), acknowledged_by: '何军', note: '已向总行申请补充名单' }
].map((one) => ({ ...one, raised_at: new Date(Date.now() - 5 * 3_600_000).toISOString() }))

function alert(wish: MockRequest) {
  const found = alerts.find((one) => one.id === Number(wish.path.split('/')[2]))
  if (!found) throw new MockProblem(404, 'alert_not_found')
  if (found.acknowledged_at) throw new MockProblem(409, 'alert_acknowledged')
  return Object.assign(found, { acknowledged_at: new Date().toISOString(), acknowledged_by: '何军', note: wish.body.note })
}

function setRoster({ body }: MockRequest) {
  const { staff_ids, days, working, part, reason } = body as { staff_ids: number[]; days: string[]; working: boolean | null; part?: number; reason?: string }
  for (const id of staff_ids)
    for (const on of days)
      if (working === null) entries.delete(`${id}:${on}`)
      else entries.set(`${id}:${on}`, { part: working ? (part ?? 100) : 0, reason: reason ?? null })
  return { cells: staff_ids.length * days.length }
}

function day(wish: MockRequest) {
  const on = wish.path.split('/')[2]!
  if (on < today()) throw new MockProblem(422, 'calendar_day_past')
  if (wish.method === 'DELETE') overrides.delete(on)
  else overrides.set(on, { working: Boolean(wish.body.working), reason: String(wish.body.reason), by: '何军', at: new Date().toISOString() })
  return { day: calendarDay(on), runs: on === ahead(today(), 1) ? [{ run_id: 5, campaign_id: 1 }] : [] }
}

const CLASSES = ['高价值', '高贡献', '一般客户', '睡眠客户']
const DISTRICTS = ['青秀区', '兴宁区', '江南区', '良庆区', '']
const nextDay = () => {
  let on = ahead(today(), 1)
  while (!calendarDay(on).working) on = ahead(on, 1)
  return on
}

function share(id: number) {
  const away = id === 10 ? 'licence' : id === 3 || id === 9 ? 'off_roster' : null
  const quota = away ? 0 : id === 5 ? 20 : id === 6 ? 15 : id === 1 ? 36 : 30
  const carried = away ? 0 : (id * 7) % 9
  const fresh = Math.max(0, quota - carried - (id % 4 === 0 ? 1 : 0))
  const parts = [0.2, 0.3, 0.4].map((part) => Math.floor(fresh * part))
  const by_class = Object.fromEntries([...parts, fresh - parts.reduce((a, b) => a + b, 0)].map((count, index) => [CLASSES[index], count]))
  const by_district = Object.fromEntries(DISTRICTS.map((name, index) => [name, Math.floor(fresh / 5) + (index < fresh % 5 ? 1 : 0)]))
  return { agent_id: id, name: NAMES[id - 1], quota, part: away ? 0 : id === 6 ? 50 : 100, carried, new: away ? 0 : fresh, by_class: away ? {} : by_class, by_district: away ? {} : by_district, returned: 0, reassigned: 0, excluded: away }
}

const sumOf = (shares: ReturnType<typeof share>[], key: 'new' | 'carried') => shares.reduce((sum, one) => sum + one[key], 0)
const runs: Record<string, unknown>[] = []
let plans = 0
const given = new Set<number>()

function planned(campaign: number, on: string) {
  const shares = agents.map((one) => share(one.agent_id))
  const assigned = sumOf(shares, 'new')
  return { campaign_id: campaign, on, seed: 739_000, assigned, carried: sumOf(shares, 'carried'), returned: 4, shortage: 6, stock_left: 2140 - assigned, forecast_days: 2.4, shares }
}

function runOf(campaign: number, on: string, id: number) {
  const { shares, ...figures } = planned(campaign, on)
  return { run_id: id, made_at: new Date().toISOString(), quota: 30, digest: 'd', agents: shares.filter((one) => !one.excluded).length, by_class: {}, stock_by_class: {}, already_run: false, ...figures, shares }
}

function assignments(agent: number) {
  const items = Array.from({ length: 12 }, (_, index) => ({
    id: agent * 100 + index, agent_id: agent, position: index + 1, state: ['done', 'done', 'active', 'open'][Math.min(3, index)], due_at: new Date().toISOString(), attempts: 0, result: null,
    reason: 'allocated', reason_code: 'allocated_short', reason_facts: { agents: 21, class: CLASSES[index % 4], of_class: 7, new: 24, district: DISTRICTS[index % 5], data_of: '2026-11-18', carried: 6, done: 0, quota: 30, seed: 739_000, shortage: 6 },
    lead: { id: index, name_masked: '王**', phone_masked: `138****${1200 + index}`, district: DISTRICTS[index % 5], customer_class: CLASSES[index % 4] }
  }))
  return { items, next: null }
}

function live(on: string) {
  const shown = on !== today() && !runs.some((run) => run.on === on) ? [] : agents.filter((one) => ![3, 9, 10].includes(one.agent_id))
  const rows = shown.map(({ agent_id, name }) => {
    const done = on === today() ? (agent_id * 5) % 22 : 0
    const open = given.has(agent_id) ? 0 : Math.max(0, 29 - done)
    return { agent_id, name, quota: 30, held: open + 1, open, active: 1, done, attempts: done * 2, next_due_at: new Date(Date.now() + (agent_id % 3) * 3_600_000).toISOString() }
  })
  const total = (key: 'quota' | 'held' | 'open' | 'active' | 'done' | 'attempts') => rows.reduce((sum, row) => sum + row[key], 0)
  return { on, agents: rows, totals: { agents: rows.length, quota: total('quota'), held: total('held'), open: total('open'), active: total('active'), done: total('done'), attempts: total('attempts') } }
}

function allocation({ method, path, query, body }: MockRequest): unknown {
  if (!runs.length) runs.push(runOf(1, ahead(today(), -2), 4), runOf(2, ahead(today(), -3), 3))
  if (path === '/allocation/plans') {
    const { shares, ...figures } = planned(Number(body.campaign_id), String(body.on))
    return { ...figures, digest: `d${plans++}`, provisional: false, agents: shares, stock: { by_class: { 高价值: 420, 高贡献: 610, 一般客户: 810, 睡眠客户: 300 } } }
  }
  if (path === '/allocation/runs' && method === 'POST') {
    if (body.digest === 'd0') throw new MockProblem(409, 'plan_outdated')
    runs.unshift(runOf(Number(body.campaign_id), String(body.on), runs.length + 4))
    return runs[0]
  }
  if (path === '/allocation/runs') return { items: runs, next: null }
  if (path === '/allocation/plans/assignments') return assignments(Number(body.agent_id)).items
  if (path.endsWith('/assignments')) return assignments(Number(query.get('agent_id')))
  if (path.startsWith('/allocation/runs/')) return runs.find((run) => run.run_id === Number(path.split('/')[3]))
  if (path.startsWith('/allocation/days/')) return live(path.split('/')[3]!)
  if (path === '/allocation/return-leads') {
    given.add(Number(body.agent_id))
    return { returned: 12, allocated: body.reassign ? 9 : 0, left: body.reassign ? 3 : 12 }
  }
  if (path === '/allocation/forecast') {
    return [
      { campaign_id: 1, name: campaigns[0]!.name, stock: 2140, by_class: {}, on: nextDay(), daily_need: 668, days: 3.2, warn_below: 6, low: true },
      { campaign_id: 2, name: campaigns[1]!.name, stock: 12_400, by_class: {}, on: nextDay(), daily_need: 480, days: 25.8, warn_below: 6, low: false }
    ]
  }
  return undefined
}

/** Undefined when the wish is none of the office's. */
export function office(wish: MockRequest): unknown {
  const { method, path, query, body } = wish
  if (path === '/people/roster') return method === 'PUT' ? setRoster(wish) : roster(query.get('from')!, query.get('to')!)
  if (/^\/people\/\d+\/pattern$/.test(path)) {
    agents.find((one) => one.agent_id === Number(path.split('/')[2]))?.patterns.push({ from_on: String(body.from_on), parts: body.parts as number[] })
    return null
  }
  if (path === '/campaigns') return { items: campaigns, next: null }
  if (/^\/campaigns\/\d+$/.test(path)) {
    const found = campaigns.find((one) => one.id === Number(path.split('/')[2]))
    return method === 'PATCH' ? Object.assign(found ?? {}, body) : found
  }
  if (path === '/allocation/quotas') {
    if (method !== 'PUT') {
      const campaign = Number(query.get('campaign_id'))
      const own = { id: null, campaign_id: campaign, staff_id: null, quota: campaigns.find((one) => one.id === campaign)?.quota ?? 30, from_on: null, reason: '', set_by: null }
      return [own, ...quotas.filter((one) => one.campaign_id === campaign)]
    }
    const made = { id: quotas.length + 1, set_by: 1, ...(body as { campaign_id: number; staff_id: number | null; quota: number; from_on: string; reason: string }) }
    quotas.push(made)
    return made
  }
  if (path.startsWith('/allocation/')) return allocation(wish)
  if (path === '/calendar') return { days: span(query.get('from')!, query.get('to')!).map(calendarDay) }
  if (path.startsWith('/calendar/')) return day(wish)
  if (path === '/alerts') return { items: alerts }
  if (path.startsWith('/alerts/')) return alert(wish)
  return undefined
}
