import { server, type Schema } from '@/kit/http'

export type Campaign = Schema<'CampaignOut'>
export type Version = Schema<'ScriptVersionOut'>
export type Statement = Schema<'ScriptStatementOut'>
export type SavedDraft = Schema<'DraftOut'>
export type DraftBody = Omit<Schema<'DraftIn'>, 'number'>

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

export const savedDraft = async (campaign_id: number) => (await server.GET('/campaigns/{campaign_id}/scripts/draft', { params: { path: { campaign_id } } })).draft
/** Also when the page is just being closed, which browsers allow for bodies below 64 kB. */
export const saveDraft = (campaign_id: number, body: Schema<'DraftIn'>) =>
  server.PUT('/campaigns/{campaign_id}/scripts/draft', { params: { path: { campaign_id } }, body, keepalive: JSON.stringify(body).length < 20_000 })
export const discardDraft = (campaign_id: number) => server.DELETE('/campaigns/{campaign_id}/scripts/draft', { params: { path: { campaign_id } } })
