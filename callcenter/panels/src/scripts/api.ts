import { server, type Schema } from '@/kit/http'

export type Campaign = Schema<'CampaignOut'>
export type Version = Schema<'ScriptVersionOut'>
export type Statement = Schema<'ScriptStatementOut'>

export const campaigns = async () => (await server.GET('/campaigns')).items
export const versions = async (campaign_id: number) => (await server.GET('/campaigns/{campaign_id}/scripts', { params: { path: { campaign_id } } })).versions
export const submit = async (campaign_id: number, body: Schema<'ScriptIn'>) =>
  (await server.POST('/campaigns/{campaign_id}/scripts', { params: { path: { campaign_id } }, body })).versions
export const approve = (campaign_id: number, version: number, from_on: string) =>
  server.POST('/campaigns/{campaign_id}/scripts/{version}/approve', { params: { path: { campaign_id, version } }, body: { from_on } })
export const sendBack = (campaign_id: number, version: number, reason: string) =>
  server.POST('/campaigns/{campaign_id}/scripts/{version}/return', { params: { path: { campaign_id, version } }, body: { reason } })
export const withdraw = (campaign_id: number, version: number, reason: string) =>
  server.POST('/campaigns/{campaign_id}/scripts/{version}/withdraw', { params: { path: { campaign_id, version } }, body: { reason } })
