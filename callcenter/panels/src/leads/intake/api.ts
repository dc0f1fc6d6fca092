import { server, type QueryOf, type Schema } from '@/kit/http'

/** A file that was uploaded, on its way to a list. */
export type Upload = Schema<'UploadOut'>
/** A column every list may have. */
export type Column = Schema<'ColumnOut'>
/** A further field that only this list has. */
export type ListField = Schema<'FieldBody-Output'>
export type FieldKind = Schema<'FieldKind'>
export type Encoding = Schema<'Encoding'>
export type Delimiter = Schema<'Delimiter'>
/** The file as it would be read. */
export type Preview = Schema<'ImportPreviewOut'>
/** How a file is to be read; what is left out the server finds itself. */
export type Layout = Schema<'ReadingBody'>
export type ImportRequest = Schema<'ImportBody'>
export type LeadList = Schema<'LeadListOut'>
export type Reject = Schema<'RejectOut'>

export const send = (file: File, source: string, target_group_id: number | null, progress: (share: number) => void) =>
  server.upload('/lead-imports', { file, source: source || undefined, target_group_id }, progress)

/** Files that wait to be imported, or are being. */
export async function openUploads(): Promise<Upload[]> {
  const ofState = (state: Upload['state']) => server.GET('/lead-imports', { params: { query: { state } } })
  const pages = await Promise.all([ofState('ordered'), ofState('uploaded')])
  return pages.flatMap((page) => page.items)
}
export const findUpload = (upload_id: number) => server.GET('/lead-imports/{upload_id}', { params: { path: { upload_id } } })
export const discard = (upload_id: number) => server.DELETE('/lead-imports/{upload_id}', { params: { path: { upload_id } } })
export const columns = () => server.GET('/lead-imports/columns')
export const template = (name: string) => server.download('/lead-imports/template.xlsx', {}, name)
export const sources = () => server.GET('/lead-imports/sources')
export const preview = (upload_id: number, body: Layout) => server.POST('/lead-imports/{upload_id}/preview', { params: { path: { upload_id } }, body })
export const requestDryRun = (upload_id: number, body: ImportRequest) =>
  server.POST('/lead-imports/{upload_id}/dry-run', { params: { path: { upload_id } }, body })
export const requestImport = (upload_id: number, body: ImportRequest) =>
  server.POST('/lead-imports/{upload_id}/import', { params: { path: { upload_id } }, body })

export const lists = (query: QueryOf<'/lead-lists'>) => server.GET('/lead-lists', { params: { query } })
export const findList = (list_id: number) => server.GET('/lead-lists/{list_id}', { params: { path: { list_id } } })
export const rejects = (list_id: number, query: QueryOf<'/lead-lists/{list_id}/rejects'>) =>
  server.GET('/lead-lists/{list_id}/rejects', { params: { path: { list_id }, query: { ...query, limit: 100 } } })
export const rejectsFile = (list_id: number, name: string) => server.download('/lead-lists/{list_id}/rejects.xlsx', { path: { list_id } }, name)
