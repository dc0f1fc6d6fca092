/** Words for what the trail holds as codes: acts, subjects, facts. */
import { shortId } from '@/kit/figures'
import { knows, say, wordFor } from '@/locale'
import trail from '@/locale/zh/trail'

/** The acts of each room, as far as the panels have words for them. */
export const ACTS = Object.entries(trail.act).map(([room, acts]) => ({ room, acts: Object.keys(acts).map((act) => `${room}.${act}`) }))

/** The kinds of subject a person looks for by number. */
export const SUBJECTS = ['lead', 'call', 'staff', 'campaign', 'lead_list', 'case', 'review', 'hand_over', 'job'] as const

/** The kind of a subject in words, and its id. */
export function subjectOf(subject: string): string {
  const cut = subject.indexOf(':')
  const [kind, id] = [subject.slice(0, cut), subject.slice(cut + 1)]
  return kind === 'audit' ? wordFor('subject', kind) : `${wordFor('subject', kind)} ${shortId(id)}`
}

/** The whole of an id of which only the first part is shown. */
export function wholeId(subject: string): string | undefined {
  const id = subject.slice(subject.indexOf(':') + 1)
  return shortId(id) === id ? undefined : id
}

/** The days of a certificate. */
export const periodOf = (one: { first_on: string; last_on: string }): string =>
  one.first_on === one.last_on ? one.first_on : `${one.first_on} – ${one.last_on}`

/** Who acted: the person, else the system. */
export const actorOf = (name: string | null, actor: string): string =>
  name ?? (actor.startsWith('staff:') ? subjectOf(actor) : say('audit.system'))

/** The word of an act; one that the panels have no word for is shown as it is. */
export const actOf = (act: string): string => (knows(`enums.act.${act}`) ? wordFor('act', act) : act)
