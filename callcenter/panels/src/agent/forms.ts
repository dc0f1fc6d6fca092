/** Which fields a disposition asks for, and what is still missing. The server decides again. */
import { instantOf } from '@/kit/time'
import type { Disposition, DispositionForm, Script } from './api'

export interface Draft {
  disposition: Disposition | null
  note: string
  /** Shanghai time as the picker gives it: 2026-11-24T10:30:00. */
  callbackAt: string
  visitAt: string
  visitAddress: string
  category: string
  permanent: boolean
  ticks: string[]
}

export function emptyDraft(): Draft {
  return {
    disposition: null,
    note: '',
    callbackAt: '',
    visitAt: '',
    visitAddress: '',
    category: '',
    permanent: false,
    ticks: []
  }
}

export type Missing = 'disposition' | 'callback_at' | 'visit_at' | 'category' | 'note'

/** Reasons are owed where somebody else must act on them. */
const NOTE_OWED: readonly Disposition[] = ['complaint', 'resolved', 'unresolved']

export function noteOwed(disposition: Disposition | null): boolean {
  return disposition !== null && NOTE_OWED.includes(disposition)
}

/** The mandatory statements not ticked yet: quality control will ask for them. */
export function untickedOf(draft: Draft, script: Script | null): string[] {
  const owed = script?.statements.filter((statement) => statement.mandatory) ?? []
  return owed.map((statement) => statement.key).filter((key) => !draft.ticks.includes(key))
}

export function missingOf(draft: Draft): Missing[] {
  const missing: Missing[] = []
  if (!draft.disposition) return ['disposition']
  if (draft.disposition === 'callback' && !draft.callbackAt) missing.push('callback_at')
  if (draft.disposition === 'success' && !draft.visitAt) missing.push('visit_at')
  if (draft.disposition === 'complaint' && !draft.category) missing.push('category')
  if (noteOwed(draft.disposition) && !draft.note.trim()) missing.push('note')
  return missing
}

/** Only the fields that fit the disposition leave the browser. */
export function formOf(draft: Draft): DispositionForm {
  if (!draft.disposition) throw new Error('no disposition chosen')
  const form: DispositionForm = {
    disposition: draft.disposition,
    note: draft.note.trim(),
    script_ticks: draft.ticks
  }
  if (draft.disposition === 'callback') form.callback_at = instantOf(draft.callbackAt)
  if (draft.disposition === 'success') {
    form.visit_at = instantOf(draft.visitAt)
    form.visit_address = draft.visitAddress.trim()
  }
  if (draft.disposition === 'complaint') form.complaint_category = draft.category
  if (draft.disposition === 'do_not_call') form.dnc_permanent = draft.permanent
  return form
}
