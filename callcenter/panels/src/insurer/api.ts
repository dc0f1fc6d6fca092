import { server, type QueryOf, type Schema } from '@/kit/http'

export type Followed = Schema<'FollowedOut'>
export type View = Schema<'FollowView'>

/** Every view in the order of the page, and its colour; the compiler reports a new one of the server. */
export const TONES: Record<View, string> = { waiting: 'warn', visited: 'busy', signed: 'good', ended: '' }
export const VIEWS = Object.keys(TONES) as View[]

export const followed = (query: QueryOf<'/field/followed'>) => server.GET('/field/followed', { params: { query } })
