import { server, type Schema } from '@/kit/http'

/** The snapshot of the desk. The panel shows it and offers exactly the verbs in `allowed`. */
export type Snapshot = Schema<'Snapshot'>
export type CallbackTime = Schema<'CallbackTime'>
export type Verb = Schema<'Verb'>
export type Disposition = Schema<'Disposition'>
/** The fields that one disposition requires and accepts, and its consequences. */
export type DispositionForm = Schema<'DispositionForm'>
export type DisposeBody = Schema<'DisposeBody'>
export type Script = Schema<'ScriptView'>
export type PauseCode = Schema<'PauseCode'>
export type PhoneAccount = Schema<'PhoneOut'>
export type DraftView = Schema<'DraftView'>

export const STREAM = '/desk/stream'

export const desk = () => server.GET('/desk')
/** The script of the customer on the screen; the snapshot names its key. */
export const script = () => server.GET('/desk/script')
export const phoneAccount = () => server.GET('/desk/phone')
/** Connects the phone of this page, after the page before has taken its leg with it. */
export const reconnect = () => server.POST('/desk/phone/reconnect')
export const logOn = () => server.POST('/desk/log-on')
export const ready = () => server.POST('/desk/ready')
export const pause = (code: PauseCode) => server.POST('/desk/pause', { body: { code } })
export const call = () => server.POST('/desk/call')
export const hangUp = () => server.POST('/desk/hang-up')
export const skip = (reason: string) => server.POST('/desk/skip', { body: { reason } })
export const logOff = () => server.POST('/desk/log-off')
export const dispose = (body: DisposeBody) => server.POST('/desk/dispose', { body })
export const correct = (body: Schema<'CorrectionBody'>) => server.POST('/desk/customer', { body })
export const callbackTime = (at: string) => server.GET('/desk/callback-time', { params: { query: { at } } })
export const readNotice = (notice_id: number) => server.POST('/desk/notices/{notice_id}/read', { params: { path: { notice_id } } })
/** Makes this window the one at work at the desk. */
export const claim = (window: string) => server.POST('/desk/claim', { body: { window } })
/** `keepalive`: the page is being left, and the request outlives it. */
export const saveDraft = (window: string, entries: Schema<'DraftEntries-Output'>, keepalive = false) =>
  server.POST('/desk/draft', { body: { window, entries }, keepalive })
export const confirmMessage = (message_id: number) => server.POST('/desk/messages/{message_id}/read', { params: { path: { message_id } } })
/** Asks for the group leader, or takes that back. */
export const help = (wanted: boolean) => server.POST('/desk/help', { body: { wanted } })
