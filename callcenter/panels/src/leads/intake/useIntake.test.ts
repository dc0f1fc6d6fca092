import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, type EffectScope } from 'vue'
import type { Job } from '@/kit/job'
import type { Preview, Upload } from './api'
import { useIntake, type Intake } from './useIntake'

const preview: Preview = {
  encoding: 'utf-8', delimiter: 'comma', sheets: [], sheet: null, hidden_rows: 0, looked_at: 0, header_row: 1, titles: ['Tel', 'Basis', 'Pet'],
  mapping: { phone: 'Tel', basis_kind: 'Basis' }, mapping_from: 'guessed', required: ['phone', 'basis_kind'], missing: [],
  fields: [{ key: 'pet', title: 'Pet', kind: 'text', required: false, choices: [] }],
  rows: [{ line: 2, values: { phone: '138****0000' }, reason: null, detail: '', warnings: [] }], before: []
}
const upload = (id: number, what: Partial<Upload> = {}): Upload => ({
  id, file_name: `list ${id}.csv`, size: 1, sha256: '', encoding: 'utf-8', sheets: [], source: '', uploaded_at: '', uploaded_by: 1, uploaded_by_name: null,
  state: 'uploaded', target_group_id: null, job_id: null, list_id: null, ...what
})
const job = (id: number, kind: string, state: Job['state']): Job => ({
  id, kind, state, done: 0, total: null, figures: {}, result: null, problem: null, requested_at: '', started_at: null, ended_at: null, cancelling: false, ahead: 0
})

/** What the server holds, by path. */
const held = new Map<string, unknown>()
const asked: string[] = []
let scope: EffectScope
let intake: Intake
const uploadId = ref<number | null>(null)

beforeEach(async () => {
  vi.useFakeTimers()
  localStorage.clear()
  held.clear()
  asked.length = 0
  held.set('/lead-imports/columns', [])
  held.set('/campaigns', { items: [{ id: 7, name: 'only' }], next: null })
  held.set('/lead-imports/1/preview', preview)
  held.set('/lead-imports/2/preview', preview)
  vi.stubGlobal('fetch', async ({ method, url }: Request) => {
    const path = new URL(url).pathname.replace('/api/v1', '')
    asked.push(`${method} ${path}`)
    return new Response(JSON.stringify(held.get(path) ?? { code: 'not_found' }), { status: held.has(path) ? 200 : 404 })
  })
  scope = effectScope()
  uploadId.value = null
  intake = scope.run(() => useIntake(() => uploadId.value))!
  await settle(0)
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const settle = (time = 1000) => vi.advanceTimersByTimeAsync(time)

async function open(found: Upload) {
  held.set(`/lead-imports/${found.id}`, found)
  uploadId.value = found.id
  await settle(0)
  await settle(0)
}

describe('a file on its way', () => {
  it('is read as the system reads it, into the only campaign', async () => {
    await open(upload(1))
    expect(intake.step.value).toBe('columns')
    expect(intake.mapping.value).toEqual(preview.mapping)
    expect(intake.draft.value).toMatchObject({ name: 'list 1', campaignId: 7 })
    expect(intake.open.value).toEqual(['columns', 'check', 'import'])
  })

  it('is read once more for several changes in a row', async () => {
    await open(upload(1))
    asked.length = 0
    intake.draft.value.mapping = { phone: 'Tel' }
    await nextTick()
    intake.draft.value.mapping = { phone: 'Tel', basis_kind: 'Pet' }
    await settle()
    expect(asked).toEqual(['POST /lead-imports/1/preview'])
  })

  it('is not read anew while a choice has no choices', async () => {
    await open(upload(1))
    asked.length = 0
    intake.draft.value.fields = [{ key: 'pet', title: 'Pet', kind: 'choice', required: false, choices: [] }]
    await settle()
    expect(asked).toEqual([])
    expect(intake.open.value).toEqual(['columns'])
    intake.draft.value.fields = [{ key: 'pet', title: 'Pet', kind: 'choice', required: false, choices: ['cat'] }]
    await settle()
    expect(asked).toEqual(['POST /lead-imports/1/preview'])
  })

  it('is found again where it was left', async () => {
    await open(upload(1))
    Object.assign(intake.draft.value, { name: 'November', step: 'check' })
    await settle()
    await open(upload(2))
    expect(intake.draft.value.name).toBe('list 2')
    await open(upload(1))
    expect(intake.draft.value.name).toBe('November')
    expect(intake.step.value).toBe('check')
  })

  it('shows the import that runs, whoever requested it', async () => {
    held.set('/jobs/5', job(5, 'leads.import', 'running'))
    await open(upload(1, { state: 'ordered', job_id: 5 }))
    expect([intake.busy.value, intake.step.value]).toEqual(['importing', 'import'])
    expect(asked).not.toContain('POST /lead-imports/1/preview')
  })

  it('goes on from the columns when its import was cancelled', async () => {
    held.set('/jobs/5', job(5, 'leads.import', 'running'))
    await open(upload(1, { state: 'ordered', job_id: 5 }))
    held.set('/jobs/5', job(5, 'leads.import', 'cancelled'))
    held.set('/lead-imports/1', upload(1, { job_id: 5 }))
    await settle()
    expect(intake.busy.value).toBeNull()
    expect(intake.preview.value).not.toBeNull()
    expect(intake.open.value).toContain('columns')
  })

  it('knows nothing of the work of the file before', async () => {
    held.set('/jobs/5', job(5, 'leads.import', 'done'))
    await open(upload(1, { state: 'imported', job_id: 5, list_id: 3 }))
    expect(intake.run.job.value?.state).toBe('done')
    await open(upload(2))
    expect(intake.run.job.value).toBeNull()
  })

  it('was tried only when the dry run came to its end', async () => {
    await open(upload(1))
    held.set('/lead-imports/1/dry-run', job(6, 'leads.dry_run', 'queued'))
    held.set('/jobs/6', job(6, 'leads.dry_run', 'cancelled'))
    await intake.tryOut()
    expect([intake.busy.value, intake.step.value]).toEqual(['trying', 'check'])
    await settle()
    expect([intake.busy.value, intake.tried.value]).toEqual([null, false])
    held.set('/jobs/6', job(6, 'leads.dry_run', 'done'))
    await intake.tryOut()
    await settle()
    expect(intake.tried.value).toBe(true)
    intake.draft.value.name = 'another'
    expect(intake.tried.value).toBe(false)
  })
})
