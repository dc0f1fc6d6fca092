/** What the wizard decides by itself: which title feeds which column, which step may be opened, what is still missing. */
import type { Question } from '@/kit/ask'
import type { Job } from '@/kit/job'
import { say, wordFor } from '@/locale'
import type { Column, Delimiter, Encoding, FieldKind, ImportRequest, Layout, LeadList, ListField, Preview, Upload } from './api'

export const STEPS = ['file', 'columns', 'check', 'import'] as const
export type Step = (typeof STEPS)[number]

/** Column of the system → title in the file; null: not in the file. */
export type Mapping = Record<string, string | null>

/** What the person has chosen so far; kept in the browser until the list is imported. */
export interface Draft {
  step: Step
  /** Of a text; null: as the server finds it. */
  encoding: Encoding | null
  delimiter: Delimiter | null
  sheet: string | null
  headerRow: number | null
  /** null: as the server finds it. */
  mapping: Mapping | null
  fields: ListField[] | null
  name: string
  campaignId: number | null
  branch: string
  /** The last dry run: its job, and the request it tried; about any other request it says nothing. */
  trial: { id: number; of: string } | null
}

export const freshDraft = (fileName = ''): Draft => ({
  step: 'columns',
  encoding: null,
  delimiter: null,
  sheet: null,
  headerRow: null,
  mapping: null,
  fields: null,
  name: nameOf(fileName),
  campaignId: null,
  branch: '',
  trial: null
})

/** The file's name without its ending. */
export const nameOf = (fileName: string) => fileName.replace(/\.[^.]+$/, '').trim()

/** What a title becomes that feeds no column: a further field, or nothing. */
export const FIELD = 'field'
export const NONE = 'none'

/** The title feeds that column, and no other; the column gives up the title it had. */
export function assign(mapping: Mapping, title: string, column: string | null): Mapping {
  const others = Object.entries(mapping).map(([key, value]) => [key, value === title ? null : value])
  return { ...Object.fromEntries(others), ...(column !== null && { [column]: title }) }
}

/** The column a title feeds, else whether it is kept as a further field. */
export function useOf(title: string, mapping: Mapping, fields: ListField[]): string {
  const column = Object.entries(mapping).find(([, value]) => value === title)?.[0]
  return column ?? (fields.some((field) => field.title === title) ? FIELD : NONE)
}

/** Titles that feed no column of the system. */
export function spareTitles(titles: string[], mapping: Mapping): string[] {
  const used = new Set(Object.values(mapping))
  return titles.filter((title, place) => title && !used.has(title) && titles.indexOf(title) === place)
}

/** Required columns without a title. */
export function missingOf(required: Column['key'][], mapping: Mapping): Column['key'][] {
  return required.filter((column) => !mapping[column])
}

/** A field under a column's own key only gives that column a kind. */
export const describesColumn = (field: ListField, mapping: Mapping) => mapping[field.key] === field.title

/** The further fields that can still be had: those whose title feeds no other column. */
export function fieldsLeft(fields: ListField[], titles: string[], mapping: Mapping): ListField[] {
  const spare = new Set(spareTitles(titles, mapping))
  return fields.filter((field) => spare.has(field.title) || describesColumn(field, mapping))
}

/** A further field for a title without a proposal; its key says which column it is. */
export function newField(title: string, titles: string[], taken: ListField[]): ListField {
  let key = `field_${titles.indexOf(title) + 1}`
  while (taken.some((field) => field.key === key)) key += '_'
  return { key, title, kind: 'text', required: false, choices: [] }
}

/** Kinds a further field may have; the compiler says when the server knows one more. */
const ALL_KINDS: Record<FieldKind, true> = { text: true, integer: true, decimal: true, money: true, date: true, boolean: true, choice: true }
export const KINDS = Object.keys(ALL_KINDS) as FieldKind[]

/** What a text may be read in; the compiler says when the server knows one more. */
const ALL_ENCODINGS: Record<Encoding, true> = { 'utf-8': true, gb18030: true, 'utf-16': true }
const ALL_DELIMITERS: Record<Delimiter, true> = { comma: true, tab: true, semicolon: true, bar: true }
export const ENCODINGS = Object.keys(ALL_ENCODINGS) as Encoding[]
export const DELIMITERS = Object.keys(ALL_DELIMITERS) as Delimiter[]

/** The fields with that title among them, or without it; whose title feeds a column now falls out. */
export function withField(fields: ListField[], title: string, kept: boolean, preview: Preview, mapping: Mapping): ListField[] {
  const left = fieldsLeft(fields, preview.titles, mapping)
  if (!kept) return left.filter((field) => field.title !== title)
  if (left.some((field) => field.title === title)) return left
  const proposed = preview.fields.find((field) => field.title === title)
  return [...left, proposed && !describesColumn(proposed, mapping) ? proposed : newField(title, preview.titles, left)]
}

/** One field changed; only a choice has choices. */
export function changeField(fields: ListField[], key: string, what: Partial<ListField>): ListField[] {
  return fields.map((field) => {
    if (field.key !== key) return field
    const changed = { ...field, ...what }
    return changed.kind === 'choice' ? changed : { ...changed, choices: [] }
  })
}

/** Title → what stands under it in the first rows. The server names values by column, field or title. */
export function examplesOf(preview: Preview): Record<string, string> {
  const keys: Record<string, string> = Object.fromEntries(preview.titles.map((title) => [title, title]))
  preview.fields.forEach((field) => (keys[field.title] = field.key))
  Object.entries(preview.mapping).forEach(([column, title]) => title && (keys[title] = column))
  const found = Object.entries(keys).flatMap(([title, key]) => {
    const values = [...new Set(preview.rows.map((row) => row.values[key]).filter(Boolean))]
    return values.length ? [[title, values.slice(0, 3).join(' · ')]] : []
  })
  return Object.fromEntries(found)
}

export const lacksChoices = (field: ListField) => field.kind === 'choice' && !field.choices.length

/** How the file is to be read by this draft; what it leaves open the server finds. */
export function layoutOf(draft: Draft): Layout {
  return {
    ...(draft.encoding && { encoding: draft.encoding }),
    ...(draft.delimiter && { delimiter: draft.delimiter }),
    ...(draft.sheet !== null && { sheet: draft.sheet }),
    ...(draft.headerRow !== null && { header_row: draft.headerRow }),
    ...(draft.mapping && {
      mapping: Object.fromEntries(Object.entries(draft.mapping).filter((pair): pair is [string, string] => pair[1] !== null))
    }),
    ...(draft.fields && { fields: draft.fields })
  }
}

/** What a person says about how the file is read. */
export type Reading = Partial<Pick<Draft, 'encoding' | 'delimiter' | 'sheet' | 'headerRow'>>

/** Another sheet, encoding, delimiter or row of titles: what was mapped before means nothing now. */
export const read = (draft: Draft, how: Reading): Draft => ({
  ...draft,
  ...how,
  mapping: null,
  fields: null
})

/** What a dry run tries and an import carries out. */
export function requestOf(draft: Draft): ImportRequest {
  if (draft.campaignId === null) throw new Error('a request names its campaign')
  const branch = draft.branch.trim()
  return { ...layoutOf(draft), campaign_id: draft.campaignId, name: draft.name.trim(), ...(branch && { branch }) }
}

/** Whether the last dry run tried what would be imported now. */
export const tried = (draft: Draft) => draft.trial !== null && draft.campaignId !== null && draft.trial.of === JSON.stringify(requestOf(draft))

/** What a dry run and an import count. `JobOut.result` has no shape of its own: every kind of job has another. */
export type ImportReport = Pick<LeadList, 'rows' | 'good' | 'rejected' | 'reasons' | 'warnings'> & { list_id: number | null; already_imported: boolean }

/** What the job counted; null while it is not done. */
export const reportOf = (job: Job | null) => (job?.state === 'done' ? (job.result as ImportReport | null) : null)

export type Obstacle = 'unread' | 'missing' | 'choices' | 'name' | 'campaign'

/** Why the file cannot be checked or imported yet; null when nothing stands in the way. */
export function obstacleTo(draft: Draft, preview: Preview | null): Obstacle | null {
  if (!preview) return 'unread'
  if (missingOf(preview.required, draft.mapping ?? preview.mapping).length) return 'missing'
  if ((draft.fields ?? preview.fields).some(lacksChoices)) return 'choices'
  if (!draft.name.trim()) return 'name'
  return draft.campaignId === null ? 'campaign' : null
}

/** Steps that may be opened now. While a dry run or an import is running, and after the import, there is only that to see. */
export function reachable(upload: Upload | null, obstacle: Obstacle | null, busy: 'trying' | 'importing' | null = null): Step[] {
  if (!upload || upload.state === 'discarded') return ['file']
  if (upload.state === 'imported' || busy === 'importing') return ['import']
  if (busy === 'trying') return ['check']
  if (obstacle === 'unread' || obstacle === 'missing' || obstacle === 'choices') return ['columns']
  return obstacle ? ['columns', 'check'] : ['columns', 'check', 'import']
}

/** The step to show: the one last open, or the nearest before it that may be opened. */
export function stepOf(last: Step, open: Step[]): Step {
  if (open.includes(last)) return last
  const before = STEPS.slice(0, STEPS.indexOf(last)).reverse()
  return before.find((step) => open.includes(step)) ?? open[0] ?? 'file'
}

/** Whether a job imports the list; else it is a dry run. */
export const isImport = (job: Pick<Job, 'kind'>) => job.kind.endsWith('.import')

const KEY = 'callcenter.intake'
const MOST = 20

type Kept = Record<string, Draft>

function kept(): Kept {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Kept
  } catch {
    return {}
  }
}

/** Drafts hold titles of columns and names of lists, no customer's data. */
export const drafts = {
  find: (id: number): Draft | null => kept()[id] ?? null,
  keep(id: number, draft: Draft): void {
    const others = Object.entries(kept())
      .filter(([key]) => key !== String(id))
      .slice(-(MOST - 1))
    localStorage.setItem(KEY, JSON.stringify({ ...Object.fromEntries(others), [id]: draft }))
  },
  forget(id: number): void {
    const all = kept()
    delete all[id]
    localStorage.setItem(KEY, JSON.stringify(all))
  }
}

/** What is to be said of a rejected row beside its reason: the column, how it is spoiled, the line it repeats. */
export function detailOf(row: { reason: string | null; detail: string; repeats_line?: number | null }): string {
  if (row.repeats_line) return say('intake.repeats', { line: row.repeats_line })
  return row.reason === 'unreadable' ? wordFor('spoil', row.detail) : row.detail
}

/** What is asked before an uploaded file is deleted. */
export const discardQuestion = (): Question => ({
  title: say('intake.discardTitle'),
  text: say('intake.discardSure'),
  confirm: say('intake.discard'),
  danger: true
})
