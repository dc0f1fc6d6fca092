/** Invented files on their way to lists, target groups, and the long work that takes files in. */
import { MockProblem, type MockRequest } from './plugin.ts'

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const day = (days: number) => new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)

const COLUMNS = [
  'name', 'phone', 'gender', 'birth_on', 'age', 'district', 'address', 'occupation', 'customer_class', 'basis_kind',
  'basis_reference', 'employer', 'household', 'income', 'policies', 'claims', 'preferences', 'risk', 'service_feedback', 'referral_source'
].map((key) => ({ key, required: ['phone', 'basis_kind'].includes(key), kind: key === 'phone' ? 'phone' : 'text' }))

const TITLES = ['客户姓名', '手机号码', '性别', '出生日期', '所属区', '职业', '客户等级', '授权方式', '授权书编号', '年收入', '开户网点', '理财到期日']
const GUESSED: Record<string, string> = {
  name: '客户姓名', phone: '手机号码', gender: '性别', birth_on: '出生日期', occupation: '职业', customer_class: '客户等级',
  basis_reference: '授权书编号', income: '年收入'
}
const CELLS: Record<string, string[]> = {
  客户姓名: ['王**', '赵*', '钱**', '冯*'], 手机号码: ['138****1234', '139****7788', '136****0042', '137****5521'],
  性别: ['女', '男'], 出生日期: ['1980-05-06', '1974-11-23', '1965-02-14'], 所属区: ['青秀区', '兴宁区', '江南区'],
  职业: ['教师', '会计', '个体户'], 客户等级: ['高效客户', '一般客户'], 授权方式: ['书面同意', '既有客户'],
  授权书编号: ['SQ000101', 'SQ000102'], 年收入: ['18万', '25万', '9.6万'], 开户网点: ['民族大道支行', '星湖支行'], 理财到期日: ['2027-03-01', '2026-12-20']
}
const REASONS = { duplicate_in_system: 301, malformed: 120, no_legal_basis: 88, do_not_call: 51, missing_phone: 20, landline: 12, foreign: 8, field_invalid: 4 }
const REPORT = { list_id: 3, rows: 48_120, good: 47_516, rejected: 604, reasons: REASONS, already_imported: false }

interface Upload { id: number; file_name: string; state: string; source: string; target_group_id: number | null; job_id: number | null; list_id: number | null; uploaded_at: string; size: number; sheets: string[]; encoding: string | null }

const upload = (id: number, what: Partial<Upload>) => ({
  id, file_name: '客户名单-2026-11.csv', size: 5_840_112, sha256: 'ab', encoding: 'gb18030', sheets: [] as string[], source: '', uploaded_at: ago(3),
  uploaded_by: 1, uploaded_by_name: '何军', state: 'uploaded', target_group_id: null as number | null, job_id: null as number | null, list_id: null as number | null, ...what
})

const list = (id: number, what: object) => ({
  id, campaign_id: 1, branch: '', source: '总行数据中心', target_group_id: null, file_name: '名单.xlsx', imported_at: ago(600), imported_by_name: '何军',
  mapping: GUESSED, fields: [{ key: 'field_11', title: '开户网点', kind: 'text', required: false }], rows: 300, good: 300, rejected: 0, reasons: {}, ...what
})

const target = (id: number, state: string, what: object) => ({
  id, branch: '民族支行', campaign_id: 1, name: '存款客户 40–55 岁', description: '配合冬季活动，优先近一年有理财到期的客户。',
  criteria: '40 至 55 岁，存款 20 万元以上，近一年无投诉', segmentation: '', wanted: 5000, due_on: day(5), state, upload_id: null as number | null,
  lists: 0, good: 0, rejected: 0, steps: [{ act: 'propose', at: ago(3000), by_name: '演示支行专员', reason: '', upload_id: null, list_id: null as number | null }], ...what
})
const step = (act: string, minutes: number, by_name: string, reason = '', list_id: number | null = null) => ({ act, at: ago(minutes), by_name, reason, upload_id: null, list_id })

const ALLOWS: Record<string, Record<string, string[]>> = {
  propose_targets: { proposed: ['withdraw'], approved: ['withdraw'] },
  import_leads: { proposed: ['approve', 'refuse'], supplied: ['import'] },
  supply_leads: { approved: ['supply'], supplied: ['supply'], imported: ['supply'] }
}

export function intake() {
  const uploads = [upload(1, {}), upload(2, { file_name: '高端客群.xlsx', source: '总行数据中心', encoding: null, sheets: ['客户', '说明'], target_group_id: 13, size: 812_004, uploaded_at: ago(90) })]
  const lists = [
    list(2, { name: '电子银行 11 月名单', rows: 10_000, good: 9_412, rejected: 588, reasons: { duplicate_in_system: 301, malformed: 120, no_legal_basis: 88, do_not_call: 51, missing_phone: 20, foreign: 8 } }),
    list(1, { name: '试点名单', branch: '民族支行', target_group_id: 12, imported_at: ago(9600) })
  ]
  const groups = [
    target(15, 'proposed', { due_on: day(6) }),
    target(14, 'approved', { name: '代发工资客户', criteria: '代发工资满两年，尚未持有保障型产品', segmentation: '模型 3：收入稳定、保障缺口大', due_on: day(-1), steps: [...target(0, '', {}).steps, step('approve', 2000, '何军', '符合本季活动要求')] }),
    target(13, 'supplied', { branch: '星湖支行', name: '高端客群', upload_id: 2, steps: [...target(0, '', {}).steps, step('approve', 2000, '何军', '同意'), step('supply', 90, '演示总行数据岗')] }),
    target(12, 'imported', { lists: 1, good: 300, wanted: 500, rejected: 12, name: '试点客群', steps: [...target(0, '', {}).steps, step('approve', 9900, '何军', '试点'), step('supply', 9700, '演示总行数据岗'), step('import', 9600, '何军', '', 1)] }),
    target(11, 'refused', { name: '全部储户', criteria: '全部储户', steps: [...target(0, '', {}).steps, step('refuse', 12_000, '何军', '范围过宽，请细化条件')] })
  ]
  const jobs = new Map<number, { kind: string; upload: number; from: number; cancelled: boolean }>()

  function job(id: number) {
    const found = jobs.get(id)
    if (!found) throw new MockProblem(404, 'job_not_found')
    const share = Math.min(1, (Date.now() - found.from) / 6000)
    const done = Math.floor(REPORT.rows * share)
    const state = found.cancelled ? 'cancelled' : share < 0.05 ? 'queued' : share < 1 ? 'running' : 'done'
    const file = uploads.find((one) => one.id === found.upload)
    if (file && state === 'cancelled') file.state = 'uploaded'
    if (file && state === 'done') Object.assign(file, found.kind === 'leads.import' ? { state: 'imported', list_id: 2 } : { state: 'uploaded' })
    return {
      id, kind: found.kind, state, done, total: REPORT.rows, figures: { good: Math.floor(REPORT.good * share), rejected: Math.floor(REPORT.rejected * share) },
      result: state === 'done' ? { ...REPORT, list_id: found.kind === 'leads.import' ? 2 : null } : null,
      problem: null, requested_at: ago(0), started_at: ago(0), ended_at: null, cancelling: false
    }
  }

  function preview(wish: MockRequest) {
    const mapping = (wish.body.mapping as Record<string, string> | undefined) ?? GUESSED
    const fields = (wish.body.fields as { key: string; title: string }[] | undefined) ??
      TITLES.filter((title) => !Object.values(mapping).includes(title)).map((title) => ({ key: `field_${TITLES.indexOf(title) + 1}`, title, kind: title.includes('日') ? 'date' : 'text', required: false, choices: [] }))
    const cell = (title: string, row: number) => CELLS[title]?.[row % CELLS[title].length] ?? ''
    const missing = ['phone', 'basis_kind'].filter((key) => !mapping[key])
    return {
      encoding: 'gb18030', sheets: [], sheet: null, header_row: wish.body.header_row ?? 1, titles: TITLES,
      mapping: Object.fromEntries(COLUMNS.map(({ key }) => [key, mapping[key] ?? null])),
      mapping_from: wish.body.mapping ? 'given' : 'guessed', required: ['phone', 'basis_kind'], missing, fields, before: [],
      rows: Array.from({ length: 20 }, (_, row) => ({
        line: row + 2,
        values: Object.fromEntries([...Object.entries(mapping), ...fields.map((field) => [field.key, field.title])].map(([key, title]) => [key, cell(title!, row)])),
        reason: missing.includes('basis_kind') ? 'no_legal_basis' : row === 3 ? 'malformed' : row === 7 ? 'landline' : null,
        detail: ''
      }))
    }
  }

  const seen = (group: ReturnType<typeof target>, rights: string[]) => ({ ...group, allows: Object.keys(ALLOWS).filter((right) => rights.includes(right)).flatMap((right) => ALLOWS[right]![group.state] ?? []) })

  function targets(wish: MockRequest, rights: string[]): unknown {
    const [, , id, act] = wish.path.split('/')
    const mine = groups.filter((one) => rights.includes('import_leads') || (rights.includes('propose_targets') ? one.branch === '民族支行' : one.steps.some((each) => each.act === 'approve')))
    const found = mine.find((one) => one.id === Number(id))
    if (id && !found) throw new MockProblem(404, 'target_group_not_found')
    if (found && act) {
      found.state = { approve: 'approved', refuse: 'refused', withdraw: 'withdrawn' }[act] ?? found.state
      found.segmentation = String(wish.body.segmentation ?? '')
      found.steps = [...found.steps, step(act, 0, '何军', String(wish.body.reason))]
    }
    if (found) return seen(found, rights)
    if (wish.method === 'POST') {
      groups.unshift(target(groups.length + 20, 'proposed', wish.body))
      return seen(groups[0]!, rights)
    }
    const state = wish.query.get('state')
    const counts: Record<string, number> = {}
    mine.forEach((one) => (counts[one.state] = (counts[one.state] ?? 0) + 1))
    return { items: mine.filter((one) => !state || one.state === state).map((one) => seen(one, rights)), next: null, counts }
  }

  /** undefined: not this part's business. */
  return (wish: MockRequest, rights: string[]): unknown => {
    const [, room, id, act] = wish.path.split('/')
    if (room === 'target-groups') return targets(wish, rights)
    if (room === 'jobs' && jobs.has(Number(id))) {
      if (act === 'cancel') jobs.get(Number(id))!.cancelled = true
      return job(Number(id))
    }
    if (room === 'lead-lists' && id && !act) return lists.find((one) => one.id === Number(id)) ?? lists[0]
    if (room === 'lead-lists' && !id) return { items: lists, next: null }
    if (room === 'lead-lists' && act === 'rejects') {
      const after = Number(wish.query.get('cursor') ?? 0)
      const items = Array.from({ length: 100 }, (_, place) => ({ id: after + place + 1, line: 5 * (after + place) + 3, reason: Object.keys(REASONS)[place % 8], detail: place % 8 === 7 ? '理财到期日' : '' }))
      return { items, next: after < 400 ? String(after + 100) : null }
    }
    if (room !== 'lead-imports') return undefined
    if (id === 'columns') return { items: COLUMNS, next: null }
    if (id === 'sources') return { items: [{ source: '总行数据中心', mapping: GUESSED, used_at: ago(9000) }], next: null }
    if (!id && wish.method === 'POST') {
      uploads.unshift(upload(uploads.length + 10, { uploaded_at: ago(0) }))
      return uploads[0]
    }
    if (!id) return { items: uploads.filter((one) => one.state !== 'discarded'), next: null }
    const found = uploads.find((one) => one.id === Number(id))
    if (!found) throw new MockProblem(404, 'upload_not_found')
    if (wish.method === 'DELETE') {
      found.state = 'discarded'
      return null
    }
    if (act === 'preview') return preview(wish)
    if (act === 'dry-run' || act === 'import') {
      const number = jobs.size + 1
      jobs.set(number, { kind: act === 'import' ? 'leads.import' : 'leads.dry_run', upload: found.id, from: Date.now(), cancelled: false })
      Object.assign(found, { state: 'ordered', job_id: number })
      return job(number)
    }
    return found
  }
}
