/** The open alerts of the person logged in, and the names of their campaigns. */
import { computed, shallowRef, watch } from 'vue'
import { useItem } from '@/kit/useItem'
import * as api from './api'

const EVERY = 20_000

export function useAlerts() {
  const list = useItem(api.alerts, { every: EVERY })
  const names = shallowRef(new Map<number, string>())
  const alerts = computed(() => list.data?.items ?? [])

  watch(alerts, async (found) => {
    const unknown = (one: api.Alert) => one.facts.campaign_id && !names.value.has(Number(one.facts.campaign_id))
    if (!found.some(unknown)) return
    const page = await api.campaigns().catch(() => null) // without names the ids are shown, and the next reload asks again
    if (page) names.value = new Map(page.items.map((one) => [one.id, one.name]))
  })

  return { list, alerts, names }
}
