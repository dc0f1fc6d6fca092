/** The agent's entries about a call. The server's `DispositionForm` names those that a disposition requires or accepts. */
import { instantOf } from '@/kit/time'
import type { DisposeBody, Disposition, DispositionForm, Script } from './api'

type Fields = { [Field in keyof DisposeBody]-?: NonNullable<DisposeBody[Field]> }
type Field = Exclude<keyof DisposeBody, 'disposition'>

/** Entries by the field names of the request; empty when not entered. A time (`…_at`) is Shanghai time in the picker's form: 2026-11-24T10:30:00. */
export interface Draft extends Pick<Fields, Field> {
  disposition: Disposition | null
}

export const emptyDraft = (): Draft => ({
  disposition: null,
  note: '',
  callback_at: '',
  visit_at: '',
  visit_address: '',
  visit_time_confirmed: false,
  complaint_category: '',
  dnc_permanent: false,
  script_ticks: []
})

/** The value in the form in which it is sent; undefined when empty. */
function valueOf(draft: Draft, field: string): Draft[Field] | undefined {
  const value = field in draft ? draft[field as Field] : undefined
  if (typeof value !== 'string') return value
  const text = value.trim()
  if (!text) return undefined
  return field.endsWith('_at') ? instantOf(text) : text
}

/** The names of the required fields that are still empty; `disposition` when none is chosen. */
export function missingOf(draft: Draft, form: DispositionForm | null): string[] {
  return form ? form.requires.filter((field) => !valueOf(draft, field)) : ['disposition']
}

/** Returns only the fields that the disposition accepts. */
export function bodyOf(draft: Draft, form: DispositionForm): DisposeBody {
  const fields = [...form.requires, ...form.accepts].map((field) => [field, valueOf(draft, field)] as const)
  const entered = Object.fromEntries(fields.filter(([, value]) => value !== undefined))
  return { note: draft.note.trim(), ...entered, disposition: form.code, script_ticks: draft.script_ticks }
}

/** The mandatory statements that are not ticked; quality checks them. */
export function untickedOf(draft: Draft, script: Script | null): string[] {
  const mandatory = script?.statements.filter((statement) => statement.mandatory) ?? []
  return mandatory.map((statement) => statement.key).filter((key) => !draft.script_ticks.includes(key))
}
