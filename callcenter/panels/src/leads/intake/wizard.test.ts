import { beforeEach, describe, expect, it } from 'vitest'
import type { ListField, Preview, Upload } from './api'
import * as wizard from './wizard'

const upload = (state: Upload['state']): Upload => ({
  id: 5, file_name: 'x.csv', size: 1, sha256: '', encoding: 'utf-8', sheets: [], source: '', uploaded_at: '', uploaded_by: 1, uploaded_by_name: null,
  state, target_group_id: null, job_id: null, list_id: null
})
const preview: Preview = {
  encoding: 'utf-8', delimiter: 'comma', sheets: [], sheet: null, hidden_rows: 0, looked_at: 0, header_row: 1, titles: ['Name', 'Tel', 'Pet', '', 'Pet'],
  mapping: { name: 'Name', phone: 'Tel', basis_kind: 'Pet' }, mapping_from: 'guessed', required: ['phone', 'basis_kind'],
  missing: [], fields: [], rows: [], before: []
}
const field = (key: string, title: string, what: Partial<ListField> = {}): ListField => ({ key, title, kind: 'text', required: false, choices: [], ...what })
const ready = { ...wizard.freshDraft('a.csv'), campaignId: 1 }

describe('the mapping', () => {
  it('gives a title to one column, and a column one title', () => {
    const after = wizard.assign({ name: 'A', phone: 'B' }, 'B', 'name')
    expect(after).toEqual({ name: 'B', phone: null })
    expect(wizard.assign(after, 'B', null)).toEqual({ name: null, phone: null })
  })

  it('says what becomes of a title', () => {
    const fields = [wizard.newField('Pet', preview.titles, [])]
    expect(['Name', 'Pet', 'Tel'].map((title) => wizard.useOf(title, { name: 'Name', phone: null }, fields))).toEqual(['name', wizard.FIELD, wizard.NONE])
  })

  it('keeps a title as a field or drops it, and takes the server’s proposal where there is one', () => {
    const proposed = field('pet', 'Pet', { kind: 'choice', choices: ['cat'] })
    const seen = { ...preview, fields: [proposed] }
    const one = wizard.withField([], 'Pet', true, seen, {})
    expect(one).toEqual([proposed])
    expect(wizard.withField(one, 'Tel', true, seen, {}).map((field) => field.key)).toEqual(['pet', 'field_2'])
    expect(wizard.withField(one, 'Pet', false, seen, {})).toEqual([])
    expect(wizard.withField(one, 'Tel', false, seen, { name: 'Pet' })).toEqual([])
    expect(wizard.changeField(one, 'pet', { kind: 'text' })[0]).toMatchObject({ kind: 'text', choices: [] })
    expect(wizard.changeField(one, 'pet', { required: true })[0]).toMatchObject({ required: true, choices: ['cat'] })
  })

  it('shows examples under their titles', () => {
    const rows = [1, 2, 3].map((line) => ({ line, values: { name: 'A*', phone: line === 1 ? '' : '138****0000', pet: `p${line % 2}` }, reason: null, detail: '', warnings: [] }))
    const fields = [field('pet', 'Pet')]
    expect(wizard.examplesOf({ ...preview, mapping: { name: 'Name', phone: 'Tel', basis_kind: null }, fields, rows })).toEqual({ Name: 'A*', Tel: '138****0000', Pet: 'p1 · p0' })
    expect(wizard.examplesOf({ ...preview, titles: ['Zoo'], mapping: {}, rows: [{ line: 1, values: { Zoo: 'z' }, reason: null, detail: '', warnings: [] }] })).toEqual({ Zoo: 'z' })
  })

  it('leaves the other titles for further fields, each once and none without a title', () => {
    expect(wizard.spareTitles(preview.titles, { name: 'Name' })).toEqual(['Tel', 'Pet'])
  })

  it('names the required columns that have no title', () => {
    expect(wizard.missingOf(['phone', 'basis_kind'], { phone: 'B', basis_kind: null })).toEqual(['basis_kind'])
  })

  it('takes a field away whose title feeds a column now', () => {
    const fields = [wizard.newField('Tel', preview.titles, []), wizard.newField('Pet', preview.titles, [])]
    expect(wizard.fieldsLeft(fields, preview.titles, { phone: 'Tel' }).map((one) => one.title)).toEqual(['Pet'])
    const kind = field('income', 'Pay', { kind: 'money' })
    expect(wizard.fieldsLeft([kind], ['Pay'], { income: 'Pay' })).toEqual([kind])
    expect(wizard.fieldsLeft([kind], ['Pay'], { employer: 'Pay' })).toEqual([])
    expect(fields.map((one) => one.key)).toEqual(['field_2', 'field_3'])
    expect(wizard.newField('Tel', preview.titles, fields).key).toBe('field_2_')
  })
})

describe('what is sent', () => {
  it('leaves to the server what nobody has chosen', () => {
    expect(wizard.layoutOf(wizard.freshDraft())).toEqual({})
  })

  it('holds the titles chosen, and no empty ones', () => {
    const draft = { ...ready, sheet: 'S', headerRow: 2, mapping: { phone: 'B', name: null }, name: ' n ', branch: ' ' }
    expect(wizard.requestOf(draft)).toEqual({ sheet: 'S', header_row: 2, mapping: { phone: 'B' }, campaign_id: 1, name: 'n' })
    expect(wizard.requestOf({ ...draft, branch: ' north ' }).branch).toBe('north')
  })

  it('forgets the mapping when another sheet is read', () => {
    const draft = wizard.read({ ...ready, mapping: { phone: 'B' }, fields: [] }, { sheet: 'S2' })
    expect([draft.sheet, draft.mapping, draft.fields]).toEqual(['S2', null, null])
  })

  it('is not what was tried when anything has changed since', () => {
    const draft = { ...ready, trial: { id: 3, of: JSON.stringify(wizard.requestOf(ready)) } }
    expect(wizard.tried(draft)).toBe(true)
    expect(wizard.tried({ ...draft, name: 'b' })).toBe(false)
    expect(wizard.tried({ ...draft, mapping: { phone: 'Tel' } })).toBe(false)
    expect(wizard.tried(ready)).toBe(false)
  })
})

describe('the way', () => {
  it('is blocked until the file is read, mapped, named and has a campaign', () => {
    expect(wizard.obstacleTo(ready, null)).toBe('unread')
    expect(wizard.obstacleTo({ ...ready, mapping: { phone: 'Tel' } }, preview)).toBe('missing')
    const unfinished = field('k', 'Pet', { kind: 'choice' })
    expect(wizard.obstacleTo({ ...ready, fields: [unfinished] }, preview)).toBe('choices')
    expect(wizard.obstacleTo({ ...ready, name: ' ' }, preview)).toBe('name')
    expect(wizard.obstacleTo({ ...ready, campaignId: null }, preview)).toBe('campaign')
    expect(wizard.obstacleTo(ready, preview)).toBeNull()
  })

  it('opens step by step', () => {
    expect(wizard.reachable(null, null)).toEqual(['file'])
    expect(wizard.reachable(upload('uploaded'), 'missing')).toEqual(['columns'])
    expect(wizard.reachable(upload('uploaded'), 'campaign')).toEqual(['columns', 'check'])
    expect(wizard.reachable(upload('uploaded'), null)).toEqual(['columns', 'check', 'import'])
  })

  it('leads nowhere else once the import is requested or over', () => {
    expect(wizard.reachable(upload('ordered'), null, 'importing')).toEqual(['import'])
    expect(wizard.reachable(upload('ordered'), null, 'trying')).toEqual(['check'])
    expect(wizard.reachable(upload('imported'), 'unread')).toEqual(['import'])
    expect(wizard.reachable(upload('discarded'), null)).toEqual(['file'])
  })

  it('comes back to the step last open, or to the nearest before it', () => {
    expect(wizard.stepOf('check', ['columns', 'check'])).toBe('check')
    expect(wizard.stepOf('import', ['columns', 'check'])).toBe('check')
    expect(wizard.stepOf('import', ['columns'])).toBe('columns')
    expect(wizard.stepOf('columns', ['import'])).toBe('import')
  })

  it('distinguishes an import from a dry run', () => {
    expect(wizard.isImport({ kind: 'leads.import' })).toBe(true)
    expect(wizard.isImport({ kind: 'leads.dry_run' })).toBe(false)
  })
})

describe('drafts', () => {
  beforeEach(() => localStorage.clear())

  it('are found again, each under its upload', () => {
    wizard.drafts.keep(1, { ...ready, name: 'one' })
    wizard.drafts.keep(2, { ...ready, name: 'two' })
    expect([wizard.drafts.find(1)?.name, wizard.drafts.find(2)?.name, wizard.drafts.find(3)]).toEqual(['one', 'two', null])
    wizard.drafts.forget(1)
    expect(wizard.drafts.find(1)).toBeNull()
  })

  it('do not pile up', () => {
    for (let id = 1; id <= 30; id++) wizard.drafts.keep(id, ready)
    expect(Object.keys(JSON.parse(localStorage.getItem('callcenter.intake') ?? '{}'))).toHaveLength(20)
    expect(wizard.drafts.find(30)).not.toBeNull()
  })

  it('bear a broken store', () => {
    localStorage.setItem('callcenter.intake', '{')
    expect(wizard.drafts.find(1)).toBeNull()
  })
})
