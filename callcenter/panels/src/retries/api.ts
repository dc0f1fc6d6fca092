import { server, type Schema } from '@/kit/http'

export type Campaign = Schema<'CampaignOut'>
export type Retries = Schema<'RetriesOut'>
export type RetryRule = Schema<'RetryRuleView'>
export type RetryAfter = Schema<'RetryAfter'>

/** Every kind of call that can be tried again, in the order of the page. */
const ORDER: Record<RetryAfter, true> = { busy: true, no_answer: true, unreachable: true, rejected: true, machine: true, thinking: true }
export const KINDS = Object.keys(ORDER) as RetryAfter[]

export const campaigns = async () => (await server.GET('/campaigns')).items
export const retries = (campaign_id: number) => server.GET('/campaigns/{campaign_id}/retries', { params: { path: { campaign_id } } })
export const setRetries = (campaign_id: number, body: Schema<'RetriesIn'>) =>
  server.PUT('/campaigns/{campaign_id}/retries', { params: { path: { campaign_id } }, body })
