/** The open alerts of whoever is logged in, and the names of the campaigns they are about. */
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
    const page = await api.campaigns().catch(() => null) // without it the number stands there, and the next look asks again
    if (page) names.value = new Map(page.items.map((one) => [one.id, one.name]))
  })

  return { list, alerts, names }
}
