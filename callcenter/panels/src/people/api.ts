import { server, type Schema } from '@/kit/http'
import { allPages } from '@/kit/usePage'

export type Person = Schema<'StaffLine'>
export type Choice = Schema<'StaffChoice'>
export type Leave = Schema<'LeaveOut'>
export type LeaveKind = Schema<'LeaveKind'>

const ALL_KINDS: Record<LeaveKind, true> = { annual: true, sick: true, family: true, training: true, other: true }
export const LEAVE_KINDS = Object.keys(ALL_KINDS) as LeaveKind[]

export const people = () => allPages<Person>((cursor) => server.GET('/people', { params: { query: { cursor } } }))
/** Active staff of the reader's scope, by name or log-in; with a role only those. */
export const search = (text: string, role?: Choice['role']) =>
  server.GET('/people/choices', { params: { query: { search: text, role, limit: 200 } } })
export const leaveBank = (staff_id: number, reason: string) => server.POST('/people/{staff_id}/leave', { params: { path: { staff_id } }, body: { reason } })
export type Change = Schema<'StaffChangeOut'>
export type LogIn = Schema<'SessionOut'>
export const changeStaff = (staff_id: number, body: Schema<'StaffChangeRequest'>) => server.PUT('/people/{staff_id}', { params: { path: { staff_id } }, body })
export const changes = (staff_id: number) => server.GET('/people/{staff_id}/changes', { params: { path: { staff_id } } })
export const sessions = (staff_id: number) => server.GET('/people/{staff_id}/sessions', { params: { path: { staff_id } } })
export const endSessions = (staff_id: number, session_id: number | null, reason: string) =>
  server.POST('/people/{staff_id}/sessions/end', { params: { path: { staff_id } }, body: { session_id, reason } })
export type Issued = Schema<'OneTimePasswordOut'>
export type NewStaff = Schema<'StaffRequest'>
export const addStaff = (body: NewStaff) => server.POST('/people', { body })
export const issuePassword = (staff_id: number) => server.POST('/people/{staff_id}/one-time-password', { params: { path: { staff_id } } })
const ALL_ROLES: Record<Person['role'], true> = {
  agent: true,
  agent_leader: true,
  qa: true,
  qa_lead: true,
  data_officer: true,
  dispatcher: true,
  field_agent: true,
  field_leader: true,
  complaint_officer: true,
  insurer_liaison: true,
  auditor: true,
  branch_officer: true,
  head_office: true,
  administrator: true
}
export const ROLES = Object.keys(ALL_ROLES) as Person['role'][]
export type Region = Schema<'RegionOut'>
export const regions = () => server.GET('/field/regions')
export const createRegion = (body: Schema<'RegionRequest'>) => server.POST('/field/regions', { body })
export const changeRegion = (region_id: number, body: Schema<'RegionChange'>) => server.PUT('/field/regions/{region_id}', { params: { path: { region_id } }, body })
export type RoleDemand = Schema<'RoleDemandOut'>
export const roleDemands = () => server.GET('/people/second-factors')
export const setRoleDemand = (role: RoleDemand['role'], demanded: boolean, reason: string) =>
  server.PUT('/people/second-factors/{role}', { params: { path: { role } }, body: { demanded, reason } })
export const resetFactor = (staff_id: number, reason: string) => server.POST('/people/{staff_id}/second-factor/reset', { params: { path: { staff_id } }, body: { reason } })
export const unlock = (staff_id: number) => server.POST('/people/{staff_id}/unlock', { params: { path: { staff_id } } })

export const leaves = (since?: string) => server.GET('/people/leaves', { params: { query: { since } } })
export const enterLeave = (body: Schema<'LeaveRequest'>) => server.POST('/people/leaves', { body })
export const changeLeave = (leave_id: number, last_on: string) =>
  server.PUT('/people/leaves/{leave_id}', { params: { path: { leave_id } }, body: { last_on } })
export const withdrawLeave = (leave_id: number) => server.DELETE('/people/leaves/{leave_id}', { params: { path: { leave_id } } })
