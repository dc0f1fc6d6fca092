import { server, type QueryOf, type Schema } from '@/kit/http'

export type Followed = Schema<'FollowedOut'>
export type View = Schema<'FollowView'>
export type Act = 'issue' | 'refuse' | 'cancel' | 'reopen'

/** What may be entered about an application in each state. */
export const ACTS: Record<Schema<'ApplicationState'>, Act[]> = { applied: ['issue', 'refuse', 'cancel'], issued: ['cancel', 'reopen'], refused: ['reopen'], cancelled: ['reopen'] }

/** Every view in the order of the page, and its colour; the compiler reports a new one of the server. */
export const TONES: Record<View, string> = { waiting: 'warn', visited: 'busy', signed: 'busy', issued: 'good', declined: 'bad', ended: '' }
export const VIEWS = Object.keys(TONES) as View[]

export const followed = (query: QueryOf<'/field/followed'>) => server.GET('/field/followed', { params: { query } })

const at = (hand_over_id: number) => ({ params: { path: { hand_over_id } } })
export const issue = (id: number, body: Schema<'PolicyIn'>) => server.POST('/field/followed/{hand_over_id}/issue', { ...at(id), body })
export const refuse = (id: number, body: Schema<'ApplicationEndIn'>) => server.POST('/field/followed/{hand_over_id}/refuse', { ...at(id), body })
export const cancel = (id: number, body: Schema<'ApplicationEndIn'>) => server.POST('/field/followed/{hand_over_id}/cancel', { ...at(id), body })
export const reopen = (id: number, body: Schema<'ApplicationReasonIn'>) => server.POST('/field/followed/{hand_over_id}/reopen', { ...at(id), body })
