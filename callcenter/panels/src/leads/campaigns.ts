/** The campaigns, and the name of each: lists, customers and target groups all belong to one. */
import { server, type Schema } from '@/kit/http'
import { useItem } from '@/kit/useItem'

export type Campaign = Schema<'CampaignOut'>

export function useCampaigns() {
  const campaigns = useItem(async () => (await server.GET('/campaigns')).items)
  const campaignName = (id: number | null) => campaigns.data?.find((one) => one.id === id)?.name ?? `#${id}`
  return { campaigns, campaignName }
}
