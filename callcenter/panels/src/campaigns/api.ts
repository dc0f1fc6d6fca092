import { server, type Schema } from '@/kit/http'

export type Campaign = Schema<'CampaignOut'>
export type CampaignState = Schema<'CampaignState'>
export type NewCampaign = Schema<'CampaignIn'>
export type Change = Schema<'CampaignChange'>
export type LegalHours = Schema<'LegalHours'>
export type Readiness = Schema<'ReadinessOut'>
export type Need = Readiness['needs'][number]

const ALL_HOURS: Record<LegalHours, true> = { regulation: true, life_insurance: true }
export const LEGAL_HOURS = Object.keys(ALL_HOURS) as LegalHours[]

export const campaigns = async () => (await server.GET('/campaigns')).items
export const campaign = (campaign_id: number) => server.GET('/campaigns/{campaign_id}', { params: { path: { campaign_id } } })
export const choices = () => server.GET('/campaigns/choices')
export const open = (body: NewCampaign) => server.POST('/campaigns', { body })
export const copy = (campaign_id: number, name: string) => server.POST('/campaigns/{campaign_id}/copy', { params: { path: { campaign_id } }, body: { name } })
export const change = (campaign_id: number, body: Change) => server.PATCH('/campaigns/{campaign_id}', { params: { path: { campaign_id } }, body })
export const readiness = (campaign_id: number) => server.GET('/campaigns/{campaign_id}/readiness', { params: { path: { campaign_id } } })
