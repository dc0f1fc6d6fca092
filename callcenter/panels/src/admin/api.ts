import { server, type QueryOf, type Schema } from '@/kit/http'

export type Task = Schema<'TaskOut'>
export type Health = Schema<'Health'>
export type RunningPart = Schema<'PartOut'>
export type Node = Schema<'NodeOut'>
export type Job = Schema<'JobLine'>
export type JobState = Schema<'JobState'>
export type KeptSignal = Schema<'KeptSignalOut'>
export type KeptState = Schema<'KeptState'>
export type Fault = Schema<'FaultView'>
export type Severity = Schema<'Severity'>
export type Incident = Schema<'IncidentLine'>

const ALL_STATES: Record<JobState, true> = { queued: true, running: true, done: true, failed: true, cancelled: true }
export const STATES = Object.keys(ALL_STATES) as JobState[]
export const JOB_TONES: Record<JobState, string> = { queued: '', running: 'busy', done: 'good', failed: 'bad', cancelled: 'warn' }
export const HEALTH_TONES: Record<Health, string> = { fine: 'good', failing: 'bad', late: 'warn' }
export const KEPT_TONES: Record<KeptState, string> = { kept: 'bad', taken: 'good', dismissed: '' }

export const SEVERITY_TONES: Record<Severity, string> = { stops: 'bad', warns: 'warn', explains: 'busy' }

export const diagnosis = () => server.GET('/doctor')
export const parts = () => server.GET('/parts')
export const nodes = () => server.GET('/nodes')
export const closeNode = (name: string, reason: string) => server.POST('/nodes/{name}/close', { params: { path: { name } }, body: { reason } })
export const openNode = (name: string) => server.POST('/nodes/{name}/open', { params: { path: { name } } })
export const tasks = () => server.GET('/schedule')
export const jobs = (query: QueryOf<'/jobs'>) => server.GET('/jobs', { params: { query } })
export const cancel = (job_id: number) => server.POST('/jobs/{job_id}/cancel', { params: { path: { job_id } } })
export const incidents = (query: QueryOf<'/recordings/incidents'>) => server.GET('/recordings/incidents', { params: { query } })
export const takeIncident = (incident_id: number, due_on: string) => server.POST('/recordings/incidents/{incident_id}/take', { params: { path: { incident_id } }, body: { due_on } })
export const closeIncident = (incident_id: number, reason: string, final: boolean) =>
  server.POST('/recordings/incidents/{incident_id}/close', { params: { path: { incident_id } }, body: { reason, final } })
export const signals = (query: QueryOf<'/kept-signals'>) => server.GET('/kept-signals', { params: { query } })
/** Without ids: all that are kept. */
export const takeSignals = (ids?: number[]) => server.POST('/kept-signals/take', { body: { ids } })
export const dismissSignal = (kept_id: number, reason: string) => server.POST('/kept-signals/{kept_id}/dismiss', { params: { path: { kept_id } }, body: { reason } })
