/** Invented do-not-call entries and external lists; an import runs for a few seconds. */
import { MockProblem, type MockRequest } from './plugin.ts'

const DAY = 86_400_000
const at = (days: number) => new Date(Date.now() + days * DAY).toISOString()
const REASONS = ['customer_request', 'refused', 'complaint', 'wrong_person', 'industry_list', 'other'] as const
const OWN = ['customer_request', 'refused', 'complaint']

interface Lift {
  id: number
  proposed_at: string
  proposed_by: number
  proposed_by_name: string
  why: string
  decided_at: string | null
  decided_by: number | null
  decided_by_name: string
  decision: string | null
  decided_why: string
}

function entry(id: number) {
  const reason: string = REASONS[(id * 7) % 6]!
  const permanent = id % 5 === 0
  const listed = reason === 'industry_list'
  return {
    id,
    phone_masked: `13${id % 10}****${String(1000 + ((id * 37) % 9000))}`,
    reason,
    source: listed ? 'external_list' : reason === 'complaint' ? 'complaint' : id % 3 ? 'call' : 'office',
    state: id % 11 === 0 ? 'lifted' : id % 13 === 0 ? 'expired' : 'in_force',
    needs_second: permanent || OWN.includes(reason),
    lead_id: listed ? null : id,
    call_id: null,
    list_name: listed ? '行业禁拨名单' : null,
    entered_at: at(-id / 2),
    entered_by: id % 3 ? 8 : 1,
    entered_by_name: id % 3 ? '李晓彤' : '何军',
    until: permanent ? null : at(184 - id / 2),
    lifted_at: id % 11 === 0 ? at(-1) : null,
    lifted_by: null,
    lifted_by_name: id % 11 === 0 ? '何军' : '',
    lifted_why: id % 11 === 0 ? '客户来函要求恢复联系，原件存柜 3' : null,
    note: id % 4 === 0 ? '客户来函，存档柜 3 第 12 号' : '',
    lifts: [] as Lift[]
  }
}

const delivery = (id: number, what: object = {}) => ({
  id, list_id: 1 as number | null, file_name: '行业禁拨_2026Q4.txt', size: 68_000_000, state: 'in_force', kind: 'sha256' as string | null, uploaded_at: at(-20), uploaded_by: 1,
  job_id: null as number | null, delivered_at: at(-20) as string | null, until: at(710) as string | null, rows: 1_000_000, keys: 998_412, malformed: 143,
  reasons: { not_a_hash: 143 }, duplicates: 1_445, new: 41_208, known: 957_204, ended: 12_960, matched: 2_316, ...what
})

export function dnc() {
  const entries = Array.from({ length: 64 }, (_, index) => entry(64 - index))
  let lifts = 1
  const propose = (one: (typeof entries)[number], by: number, name: string, why: string) => {
    one.state = 'lift_proposed'
    one.lifts.unshift({ id: lifts++, proposed_at: at(0), proposed_by: by, proposed_by_name: name, why, decided_at: null, decided_by: null, decided_by_name: '', decision: null, decided_why: '' })
  }
  const open = entries.filter((one) => one.state === 'in_force' && one.needs_second)
  propose(open[2]!, 9, '林雅', '客户 11 月 20 日到柜面书面要求恢复联系')
  propose(open[5]!, 1, '何军', '登记号码有误')
  const deliveries = [delivery(1), delivery(2, { list_id: 2, file_name: '保险公司禁拨_11月.xlsx', kind: 'phone', rows: 12_400, keys: 12_322, malformed: 5, reasons: { malformed: 3, short_code: 2 }, duplicates: 73, new: 12_322, known: 0, ended: 0, matched: 88, delivered_at: at(-6), until: null })]
  const lists = [
    { id: 1, name: '行业禁拨名单', supplier: '演示行业协会', term_days: 730 as number | null, withdrawn_at: null as string | null, withdrawn_why: null as string | null, files: 3 },
    { id: 2, name: '保险公司禁拨名单', supplier: '某某人寿', term_days: null, withdrawn_at: null, withdrawn_why: null, files: 1 },
    { id: 3, name: '旧系统迁移名单', supplier: '演示银行', term_days: 365, withdrawn_at: at(-40), withdrawn_why: '数据有误，已由新名单取代', files: 1 }
  ]
  const jobs = new Map<number, { delivery: number; from: number; cancelled: boolean }>()
  const PREVIEW = { kind: 'sha256', kinds: ['sha256', 'sm3'], column: 0, header: false, rows_about: 1_000_000, looked_at: 2_000, malformed: { not_a_hash: 3 }, sample: ['9f86d0…0a08', '60303a…9752', 'fd61a0…2c7a', 'a4e624…77f0'] }

  function job(id: number) {
    const one = jobs.get(id)!
    const file = deliveries.find((each) => each.id === one.delivery)!
    const done = Math.min(1_004_300, Math.floor((Date.now() - one.from) * 200))
    const over = done >= 1_004_300
    if (over && !one.cancelled) Object.assign(file, { state: 'in_force', delivered_at: at(0), until: at(730) })
    return {
      id, kind: 'dnc.import', params: {}, state: one.cancelled ? 'cancelled' : over ? 'done' : 'running', done, total: 1_004_300, figures: { malformed: 143 },
      result: over ? { ...file, rows: 1_000_000 } : null, problem: null, requested_by: 1, requested_at: at(0), started_at: at(0), ended_at: over ? at(0) : null, cancelling: false, attempts: 1
    }
  }

  const basis = {
    lead_id: 1, valid: true, kind: 'written_consent', reference: 'SQ-2026-0418', valid_until: at(400).slice(0, 10) as string | null, withdrawn_at: null as string | null, withdrawn_why: null,
    history: [{ id: 1, act: 'added', kind: 'written_consent' as string | null, reference: 'SQ-2026-0418', valid_until: at(400).slice(0, 10), dated_on: at(-40).slice(0, 10), note: '柜 3 第 12 号', reason: '原凭据到期，客户续签', at: at(-39), by: 1, by_name: '何军' }]
  }

  const figures = () => {
    const holding = entries.filter((one) => ['in_force', 'lift_proposed'].includes(one.state))
    return {
      in_force: 18_402, permanent: 1_377, ending_30_days: 264, lifts_waiting: entries.filter((one) => one.state === 'lift_proposed').length, list_keys: 1_010_734,
      by_reason: { refused: 9_120, customer_request: 5_208, industry_list: 2_404, wrong_person: 1_033, complaint: 512, other: holding.length },
      by_source: { call: 14_000, office: 1_500, complaint: 500, external_list: 2_402 }
    }
  }

  return ({ method, path, query, body }: MockRequest): unknown => {
    const asked = /^\/jobs\/(\d+)(\/cancel)?$/.exec(path)
    if (asked && jobs.has(Number(asked[1]))) {
      if (asked[2]) jobs.get(Number(asked[1]))!.cancelled = true
      return job(Number(asked[1]))
    }
    if (/^\/leads\/\d+\/basis$/.test(path)) {
      if (method === 'POST') {
        basis.history.unshift({ ...basis.history[0]!, id: basis.history.length + 1, act: basis.withdrawn_at ? 'reinstated' : 'added', kind: String(body.kind), reference: String(body.reference), dated_on: String(body.dated_on), note: String(body.note), reason: String(body.reason), at: at(0) })
        Object.assign(basis, { valid: true, kind: body.kind, reference: body.reference, valid_until: body.valid_until, withdrawn_at: null })
      }
      return basis
    }
    if (!path.startsWith('/dnc')) return undefined
    if (path === '/dnc/figures') return figures()
    if (path === '/dnc/entries' && method === 'POST') {
      if (!/\d{7,}/.test(String(body.phone))) throw new MockProblem(422, 'dnc_no_number')
      const made = { ...entry(entries[0]!.id + 1), reason: String(body.reason), source: String(body.source), state: 'in_force', note: String(body.note), list_name: null, phone_masked: `${String(body.phone).slice(0, 3)}****${String(body.phone).slice(-4)}`, until: body.permanent ? null : at(184), entered_at: at(0), entered_by_name: '何军', lifted_at: null, lifted_why: null }
      entries.unshift(made)
      return made
    }
    if (path === '/dnc/entries') {
      const fits = entries.filter((one) =>
        (['reason', 'source'] as const).every((key) => !query.get(key) || one[key] === query.get(key)) &&
        (!query.get('state') || one.state === query.get('state') || (query.get('state') === 'in_force' && one.state === 'lift_proposed'))
      )
      const from = fits.filter((one) => one.id < Number(query.get('cursor') ?? Infinity)).slice(0, 12)
      return { items: from, next: from.length === 12 ? String(from[11]!.id) : null }
    }
    const lift = /^\/dnc\/entries\/(\d+)\/lift$/.exec(path)
    if (lift) {
      const one = entries.find((each) => each.id === Number(lift[1]))!
      if (one.needs_second) propose(one, 1, '何军', String(body.reason))
      else Object.assign(one, { state: 'lifted', lifted_at: at(0), lifted_by_name: '何军', lifted_why: body.reason })
      return one
    }
    if (path === '/dnc/lifts') return entries.filter((one) => one.state === 'lift_proposed')
    const decide = /^\/dnc\/lifts\/(\d+)\/decide$/.exec(path)
    if (decide) {
      const one = entries.find((each) => each.lifts.some((each) => each.id === Number(decide[1])))!
      Object.assign(one.lifts[0]!, { decided_at: at(0), decided_by_name: '何军', decision: body.decision, decided_why: body.reason })
      Object.assign(one, body.decision === 'confirmed' ? { state: 'lifted', lifted_at: at(0), lifted_by_name: '何军', lifted_why: one.lifts[0]!.why } : { state: 'in_force' })
      return one
    }
    if (path === '/dnc/search') {
      if (!/\d{7,}/.test(String(body.phone))) throw new MockProblem(422, 'dnc_no_number')
      const number = String(body.phone)
      const free = number.endsWith('0')
      return { phone_masked: `${number.slice(0, 3)}****${number.slice(-4)}`, barred: !free, entries: free ? [] : [entries[1]], on_lists: free ? [] : ['行业禁拨名单'], leads: free ? 0 : 2 }
    }
    if (path === '/dnc/lists') {
      return lists.map(({ files, ...one }) => ({ ...one, deliveries: files, in_force: one.withdrawn_at ? null : (deliveries.find((each) => each.list_id === one.id && each.state === 'in_force') ?? null) }))
    }
    const list = /^\/dnc\/lists\/(\d+)\/(deliveries|withdraw)$/.exec(path)
    if (list) {
      const id = Number(list[1])
      if (list[2] === 'deliveries') return [...deliveries.filter((each) => each.list_id === id), delivery(90, { list_id: id, state: 'superseded', file_name: '行业禁拨_2026Q3.txt', delivered_at: at(-110) })]
      Object.assign(lists.find((each) => each.id === id)!, { withdrawn_at: at(0), withdrawn_why: body.reason })
      return { ended: 2_316 }
    }
    if (path === '/dnc/deliveries' && method === 'POST') {
      const made = delivery(deliveries.length + 10, { list_id: null, state: 'uploaded', file_name: '行业禁拨_2027Q1.txt', delivered_at: null })
      deliveries.push(made)
      return { delivery: made, preview: PREVIEW }
    }
    if (path === '/dnc/deliveries') return deliveries.filter((each) => each.state === 'uploaded')
    const file = /^\/dnc\/deliveries\/(\d+)(?:\/(preview|import))?$/.exec(path)
    if (file) {
      const one = deliveries.find((each) => each.id === Number(file[1]))!
      if (method === 'DELETE') {
        one.state = 'discarded'
        return null
      }
      if (file[2] === 'preview') return PREVIEW
      one.job_id = 7_000 + one.id
      if (!body.list_id) lists.unshift({ id: lists.length + 10, name: String(body.name), supplier: String(body.supplier), term_days: body.term_days as number | null, withdrawn_at: null, withdrawn_why: null, files: 1 })
      one.list_id = body.list_id ? Number(body.list_id) : lists[0]!.id
      jobs.set(one.job_id, { delivery: one.id, from: Date.now(), cancelled: false })
      return job(one.job_id)
    }
    throw new MockProblem(404, 'not_found')
  }
}
