import type { Alert } from './api'

/** The page on which an alert is settled; everybody who sees the alert may open it. */
export const PLACES: Record<Alert['kind'], string> = {
  allocation_missing: '/leads/allocation',
  shortage: '/leads/allocation',
  stock_low: '/leads/allocation',
  calendar_provisional: '/leads/calendar',
  command_failed: '/floor',
  command_lost: '/floor',
  line_refuses: '/floor',
  audit_broken: '/audit',
  task_overdue: '/admin/tasks',
  engine_late: '/floor',
  engine_silent: '/floor',
  switch_gone: '/floor',
  part_missing: '/admin',
  signal_kept: '/admin/signals',
  rate_exceeded: '/people',
  spool_blocked: '/floor',
  store_down: '/admin',
  caller_id_refused: '/floor',
  message_failed: '/admin/messages',
  recording_stopped: '/floor',
  script_waits: '/leads/scripts',
  proof_expires: '/people?tab=staff',
  proof_expired: '/people?tab=staff',
  lock_refused: '/admin/incidents'
}
