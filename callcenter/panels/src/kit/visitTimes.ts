/** Visit times at night, on a day off or outside working hours: the server asks whether the customer has confirmed them. */
import { Problem } from './problem'

/** Returns why a visit time has to be confirmed; empty when the refusal is about something else. */
export function concernsOf(refusal: unknown): string[] {
  if (!(refusal instanceof Problem) || refusal.code !== 'visit_time_unconfirmed') return []
  return Array.isArray(refusal.params.concerns) ? refusal.params.concerns.map(String) : []
}
