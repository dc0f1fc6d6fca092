import type { Job } from '@/kit/job'
import { download, get, itemsOf, post, remove, upload, type Page } from '@/kit/http'

/** A file that was uploaded, on its way to a list. */
export interface Upload {
  id: number
  file_name: string
  size: number
  sha256: string
  encoding: string | null
  sheets: string[]
  source: string
  uploaded_at: string
  uploaded_by: number | null
  uploaded_by_name?: string | null
  state: 'uploaded' | 'ordered' | 'imported' | 'discarded'
  target_group_id: number | null
  job_id: number | null
  list_id: number | null
}

/** A column every list may have. */
export interface Column {
  key: string
  required: boolean
  kind: string
}

/** A further field that only this list has. */
export interface ListField {
  key: string
  title: string
  kind: string
  required: boolean
  choices?: string[] | null
}

export interface PreviewRow {
  line: number
  values: Record<string, string | null>
  reason: string | null
  detail?: string | null
}

/** The file as it would be read. */
export interface Preview {
  encoding: string | null
  sheets: string[]
  sheet: string | null
  /** null: no row looks like titles. */
  header_row: number | null
  titles: string[]
  mapping: Record<string, string | null>
  mapping_from: 'remembered' | 'guessed' | 'given'
  required: string[]
  missing: string[]
  fields: ListField[]
  rows: PreviewRow[]
  /** Uploads of the same bytes before this one. */
  before?: Upload[]
}

/** How a file is to be read; what is left out the server finds itself. */
export interface Layout {
  sheet?: string | null
  header_row?: number | null
  mapping?: Record<string, string>
  fields?: ListField[]
}

export interface Order extends Layout {
  campaign_id: number
  name: string
  branch?: string
}

export interface ImportReport {
  list_id: number | null
  rows: number
  good: number
  rejected: number
  reasons: Record<string, number>
  already_imported: boolean
}

export interface LeadList {
  id: number
  name: string
  campaign_id: number
  imported_at: string
  imported_by_name?: string | null
  file_name?: string
  source?: string
  branch?: string
  target_group_id?: number | null
  mapping?: Record<string, string | null>
  fields?: ListField[]
  rows: number
  good: number
  rejected: number
  reasons: Record<string, number>
}

export interface Reject {
  id: number
  line: number
  reason: string
  detail?: string | null
}

export interface Campaign {
  id: number
  name: string
  state?: string
}

export interface Source {
  source: string
  mapping: Record<string, string | null>
  used_at: string
}

export function send(file: File, about: { source?: string; target_group_id?: number | null }, progress: (share: number) => void) {
  const form = new FormData()
  form.append('file', file)
  if (about.source) form.append('source', about.source)
  if (about.target_group_id) form.append('target_group_id', String(about.target_group_id))
  return upload<Upload>('/lead-imports', form, progress)
}

export const uploads = async (state?: string) => itemsOf(await get<Page<Upload> | Upload[]>('/lead-imports', { state }))
export const findUpload = (id: number) => get<Upload>(`/lead-imports/${id}`)
export const discard = (id: number) => remove<void>(`/lead-imports/${id}`)
export const columns = async () => itemsOf(await get<Page<Column> | Column[]>('/lead-imports/columns'))
export const sources = async () => itemsOf(await get<Page<Source> | Source[]>('/lead-imports/sources'))
export const preview = (id: number, layout: Layout) => post<Preview>(`/lead-imports/${id}/preview`, layout)
export const dryRun = (id: number, order: Order) => post<Job>(`/lead-imports/${id}/dry-run`, order)
export const order = (id: number, wish: Order) => post<Job>(`/lead-imports/${id}/import`, wish)

export const lists = (cursor?: string) => get<Page<LeadList>>('/lead-lists', { cursor })
export const findList = (id: number) => get<LeadList>(`/lead-lists/${id}`)
export const rejects = (id: number, cursor?: string) => get<Page<Reject>>(`/lead-lists/${id}/rejects`, { cursor, limit: 100 })
export const rejectsFile = (id: number, name: string) => download(`/lead-lists/${id}/rejects.xlsx`, name)
export const campaigns = async () => itemsOf(await get<Page<Campaign> | Campaign[]>('/campaigns'))
