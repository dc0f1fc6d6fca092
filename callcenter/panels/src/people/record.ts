/** The record of a member of staff: which fields it has, and how a value of the history is shown. */
import { dateOf } from '@/kit/time'
import { wordFor } from '@/locale'

/** Days on which something was done, and the field with the last day on which it counts. */
export const PROOFS = [
  ['trained_at', 'training_valid_until'],
  ['examined_at', 'exam_valid_until'],
  ['agreement_signed_at', 'agreement_valid_until']
] as const

/** A role is shown by its word, an instant by its day, everything else as it is. */
export function shownValue(field: string, value: string | null): string {
  if (value === null || value === '') return '—'
  if (field === 'role') return wordFor('role', value)
  return field.endsWith('_at') ? dateOf(value) : value
}
