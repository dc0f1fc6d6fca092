import { server, type Schema } from '@/kit/http'

export type Campaign = Schema<'CampaignOut'>
export type Version = Schema<'ScriptVersionOut'>
export type Statement = Schema<'ScriptStatementOut'>

export const campaigns = async () => (await server.GET('/campaigns')).items
export const versions = async (campaign_id: number) => (await server.GET('/campaigns/{campaign_id}/scripts', { params: { path: { campaign_id } } })).versions
export const publish = async (campaign_id: number, body: Schema<'ScriptIn'>) =>
  (await server.POST('/campaigns/{campaign_id}/scripts', { params: { path: { campaign_id } }, body })).versions
