import { server, type QueryOf, type Schema } from '@/kit/http'

export type Target = Schema<'TargetOut'>
export type TargetState = Schema<'TargetState'>
export type Act = Schema<'Act'>
/** The acts that need a reason; supplying and importing need a file. */
export type Decision = 'approve' | 'refuse' | 'withdraw'

/** Every state in the order in which a target group reaches them, and its colour. */
export const TONES: Record<TargetState, string> = {
  proposed: 'warn',
  approved: 'busy',
  supplied: 'special',
  imported: 'good',
  refused: 'bad',
  withdrawn: ''
}
export const STATES = Object.keys(TONES) as TargetState[]

export const targets = (query: QueryOf<'/target-groups'>) => server.GET('/target-groups', { params: { query } })
/** The target groups for which a list can be imported. */
export const awaitingLists = async () => (await targets({ state: ['approved', 'supplied', 'imported'] })).items
export const find = (group_id: number) => server.GET('/target-groups/{group_id}', { params: { path: { group_id } } })
export const propose = (body: Schema<'Proposal'>) => server.POST('/target-groups', { body })
export const decide = (group_id: number, decision: Decision, body: Schema<'Approval'>) =>
  server.POST(`/target-groups/{group_id}/${decision}`, { params: { path: { group_id } }, body })
