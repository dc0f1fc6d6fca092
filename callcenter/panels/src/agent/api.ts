import { get, post } from '@/kit/http'

export type Verb = 'log_on' | 'ready' | 'pause' | 'call' | 'hang_up' | 'dispose' | 'skip' | 'log_off' | 'mode'
export type Mode = 'preview' | 'progressive'
export type Disposition =
  | 'success'
  | 'callback'
  | 'thinking'
  | 'refused'
  | 'do_not_call'
  | 'wrong_person'
  | 'complaint'
  | 'not_reached'
  | 'machine'
  | 'resolved'
  | 'unresolved'

export interface Seat {
  state: string
  since: string
  pause_code: string | null
  /** Asked for during a call; begins when it has been disposed of. */
  pause_requested?: string | null
  mode: Mode
  leg: 'none' | 'connecting' | 'up'
  phone_registered: boolean
}

export interface Lead {
  name: string
  phone: string
  gender?: string | null
  age?: number | null
  district?: string | null
  occupation?: string | null
  customer_class?: string | null
  attempts: number
  last_note?: string | null
  kind: 'lead' | 'callback' | 'complaint'
  promise_note?: string | null
  case?: { id: number | string; category?: string; text?: string } | null
}

export interface Call {
  id: string
  kind: string
  state: string
  outcome: string | null
  planned_at: string
  dialled_at: string | null
  answered_at: string | null
  ended_at: string | null
}

export interface Statement {
  key: string
  text: string
  text_en?: string | null
  mandatory: boolean
}

export interface Script {
  title: string
  version: string | number
  statements: Statement[]
}

export interface Today {
  quota: number
  assigned: number
  done: number
  successes: number
  calls: number
  answered: number
  callbacks_due: number
}

/** The whole desk as the server sees it. The panel shows it and offers exactly the verbs in `allowed`. */
/** What the system did to this screen because its customer may not be called any more. */
export interface Notice {
  id: number
  code: 'taken_off' | 'hung_up' | 'in_conversation'
  rule: string
  at: string
}

export interface Snapshot {
  now: string
  rehearsal: boolean
  seat: Seat | null
  allowed: Verb[]
  lead: Lead | null
  call: Call | null
  script: Script | null
  dispositions: Disposition[]
  verdict: { allowed: boolean; rule: string; reason: string } | null
  waiting: { code: string; until?: string | null } | null
  today: Today | null
  notice?: Notice | null
}

export interface PhoneAccount {
  extension: string
  password: string
  websocket_url: string
  realm: string
}

export interface DispositionForm {
  disposition: Disposition
  note: string
  callback_at?: string
  visit_at?: string
  visit_address?: string
  complaint_category?: string
  dnc_permanent?: boolean
  script_ticks: string[]
}

export const desk = () => get<Snapshot>('/desk')
export const phoneAccount = () => get<PhoneAccount>('/desk/phone')
export const logOn = (mode: Mode) => post<Snapshot>('/desk/log-on', { mode })
export const ready = () => post<Snapshot>('/desk/ready')
export const pause = (code: string) => post<Snapshot>('/desk/pause', { code })
export const call = () => post<Snapshot>('/desk/call')
export const hangUp = () => post<Snapshot>('/desk/hang-up')
export const skip = (reason: string) => post<Snapshot>('/desk/skip', { reason })
export const logOff = () => post<Snapshot>('/desk/log-off')
export const setMode = (mode: Mode) => post<Snapshot>('/desk/mode', { mode })
export const dispose = (form: DispositionForm) => post<Snapshot>('/desk/dispose', form)

export const STREAM = '/desk/stream'
export const readNotice = (id: number) => post<Snapshot>(`/desk/notices/${id}/read`)
