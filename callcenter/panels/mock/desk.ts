/** One invented agent's desk: the states of the real one, with customers who answer after two seconds. */
import type { Call, Disposition, Lead, Mode, Notice, Snapshot, Verb } from '../src/agent/api.ts'
import { MockProblem, type MockRequest } from './plugin.ts'

const CUSTOMERS: Lead[] = [
  {
    name: '王**', phone: '138****1234', gender: 'female', age: 46, district: '浦东新区', occupation: '教师',
    customer_class: 'core', attempts: 1, last_note: '上周来电时正在上课，请下午再联系。', kind: 'lead'
  },
  {
    name: '赵*', phone: '139****7788', gender: 'male', age: 52, district: '徐汇区', occupation: '个体经营',
    customer_class: 'ordinary', attempts: 2, last_note: null, kind: 'callback', promise_note: '约定今天下午两点后再打，关心保费豁免。'
  },
  {
    name: '钱**', phone: '136****0042', gender: 'female', age: 61, district: '静安区', occupation: null,
    customer_class: 'key', attempts: 0, last_note: null, kind: 'complaint',
    case: { id: 17, category: 'staff_unpunctual', text: '约好上午十点上门，业务员迟到一个半小时且没有来电说明。' }
  }
]

const SCRIPT: Snapshot['script'] = {
  title: '安心人生 · 首次电话', version: 3,
  statements: [
    { key: 'own_name', text: '您好，我是××银行电话营销中心的李晓彤，工号 1021。', mandatory: true },
    { key: 'recording', text: '为保证服务质量，本次通话全程录音。', mandatory: true },
    { key: 'insurance', text: '今天向您介绍的是由××人寿承保的保险产品，不是银行存款，也不是理财产品。', mandatory: true },
    { key: 'need', text: '请问您目前在养老或重大疾病方面有哪些保障？（倾听，记录客户的关注点）', mandatory: false },
    { key: 'benefit', text: '这款产品在保障期内提供……具体责任以保险条款为准。', mandatory: false },
    { key: 'licence', text: '我的执业证编号是 3100-2025-0481，您可以在监管机构网站查询。', mandatory: true },
    { key: 'visit', text: '我们安排专员上门为您详细讲解，您看明天上午还是下午方便？', mandatory: false }
  ]
}

/** A real switch's phone account (JSON as /desk/phone gives it) may stand in MOCK_PHONE. */
const PHONE: unknown = process.env.MOCK_PHONE ? JSON.parse(process.env.MOCK_PHONE) : null

/** MOCK=notice=taken_off (or hung_up, in_conversation) shows what the system tells an agent whose customer was barred. */
const NOTICE = new URLSearchParams(process.env.MOCK ?? '').get('notice') as Notice['code'] | null

export class Desk {
  private notice: Notice | null = NOTICE && { id: 1, code: NOTICE, rule: 'L6.do_not_call', at: new Date().toISOString() }
  private state = 'offline'
  private since = new Date()
  private pauseCode: string | null = null
  private mode: Mode = 'preview'
  private leg: 'none' | 'connecting' | 'up' = 'none'
  private next = 0
  private lead: Lead | null = null
  private call: Call | null = null
  private done = 4
  private successes = 1
  private listeners = new Set<() => void>()

  listen(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private become(state: string): void {
    this.state = state
    this.since = new Date()
    this.changed()
  }

  private changed(): void {
    this.listeners.forEach((listener) => listener())
  }

  private allowed(): Verb[] {
    switch (this.state) {
      case 'offline': return ['log_on']
      case 'paused': return ['ready', 'mode', 'log_off']
      case 'ready': return ['pause', 'log_off']
      case 'preview': return ['call', 'skip', 'pause']
      case 'on_call': return ['hang_up']
      default: return ['dispose']
    }
  }

  private dispositions(): Disposition[] {
    if (!this.call) return []
    if (this.lead?.kind === 'complaint') return ['resolved', 'unresolved', 'not_reached']
    return ['success', 'callback', 'thinking', 'refused', 'do_not_call', 'wrong_person', 'complaint', 'not_reached', 'machine']
  }

  snapshot(): Snapshot {
    const seated = this.state !== 'offline'
    return {
      now: new Date().toISOString(), rehearsal: true,
      seat: seated
        ? { state: this.state, since: this.since.toISOString(), pause_code: this.pauseCode, mode: this.mode, leg: this.leg, phone_registered: this.leg === 'up' }
        : null,
      allowed: this.allowed(), lead: this.lead, call: this.call, script: this.lead ? SCRIPT : null,
      dispositions: this.dispositions(), verdict: null, notice: this.state === 'offline' ? null : this.notice,
      waiting: this.state === 'ready' && !this.lead ? { code: 'outside_window', until: new Date(Date.now() + 1_800_000).toISOString() } : null,
      today: { quota: 30, assigned: 30, done: this.done, successes: this.successes, calls: this.done + 2, answered: this.done, callbacks_due: 2 }
    }
  }

  private offer(): void {
    this.lead = CUSTOMERS[this.next++ % CUSTOMERS.length] ?? null
    this.become('preview')
  }

  private dial(): void {
    const at = new Date().toISOString()
    this.call = { id: 'c-1', kind: this.lead?.kind ?? 'lead', state: 'ringing', outcome: null, planned_at: at, dialled_at: at, answered_at: null, ended_at: null }
    this.become('on_call')
    setTimeout(() => {
      if (this.call?.state !== 'ringing') return
      this.call = { ...this.call, state: 'answered', answered_at: new Date().toISOString() }
      this.changed()
    }, 2000)
  }

  answer(wish: MockRequest): unknown {
    if (wish.path === '/desk') return this.snapshot()
    if (wish.path === '/desk/phone') {
      if (!PHONE) throw new MockProblem(503, 'unavailable')
      return PHONE
    }
    if (wish.path.startsWith('/desk/notices/')) {
      this.notice = null
      return this.snapshot()
    }
    const verb = wish.path.replace('/desk/', '').replace('-', '_') as Verb
    if (!this.allowed().includes(verb)) throw new MockProblem(409, 'not_now', { params: { allowed: this.allowed() } })
    if (verb === 'log_on') {
      this.mode = wish.body.mode as Mode
      this.pauseCode = 'login'
      this.leg = 'up'
      this.become('paused')
    } else if (verb === 'log_off') this.become('offline')
    else if (verb === 'pause') {
      this.pauseCode = String(wish.body.code)
      this.lead = null
      this.become('paused')
    } else if (verb === 'mode') {
      this.mode = wish.body.mode as Mode
      this.changed()
    } else if (verb === 'ready' || verb === 'skip') {
      this.lead = null
      this.become('ready')
      setTimeout(() => this.state === 'ready' && this.offer(), 1500)
    } else if (verb === 'call') this.dial()
    else if (verb === 'hang_up' && this.call) {
      this.call = { ...this.call, state: 'ended', outcome: this.call.answered_at ? 'answered' : 'cancelled', ended_at: new Date().toISOString() }
      this.become('wrap_up')
    } else if (verb === 'dispose') {
      this.done += 1
      if (wish.body.disposition === 'success') this.successes += 1
      this.lead = null
      this.call = null
      this.become('ready')
      setTimeout(() => this.state === 'ready' && this.offer(), 1500)
    }
    return this.snapshot()
  }
}
