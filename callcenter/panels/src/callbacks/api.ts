import { server, type QueryOf, type Schema } from '@/kit/http'

export type Callback = Schema<'CallbackOut'>
export type View = Schema<'CallbackView'>
export type Kind = Schema<'CallbackKind'>

/** Every view and kind in the order of the page; the compiler reports a new one of the server. */
const ALL_VIEWS: Record<View, true> = { open: true, overdue: true, moved: true, done: true, lapsed: true }
export const VIEWS = Object.keys(ALL_VIEWS) as View[]
export const KINDS: Record<Kind, string> = { agent_promise: 'special', complaint: 'bad' }

export const callbacks = (query: QueryOf<'/callbacks'>) => server.GET('/callbacks', { params: { query } })

/** What has become of a callback, in one word: being late counts before being moved. */
export function standingOf(row: Pick<Callback, 'state' | 'overdue' | 'moved'>) {
  if (row.state === 'done') return { word: 'done', tone: 'good' }
  if (row.state === 'lapsed') return { word: 'lapsed', tone: '' }
  if (row.overdue) return { word: 'overdue', tone: 'bad' }
  if (row.state === 'active') return { word: 'active', tone: 'busy' }
  if (row.state === 'held') return { word: 'held', tone: 'busy' }
  return row.moved ? { word: 'moved', tone: 'warn' } : { word: 'open', tone: '' }
}
