/** The open alerts of whoever is logged in: asked for every 20 seconds, and when the window is looked at again. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import * as api from './api'

const EVERY = 20_000

export function useAlerts() {
  const alerts = shallowRef<api.Alert[]>([])
  const names = ref(new Map<number, string>())
  let asking = false

  async function load(): Promise<void> {
    if (asking || document.hidden) return
    asking = true
    try {
      const found = await api.alerts()
      if (found.some((one) => one.facts.campaign_id && !names.value.has(Number(one.facts.campaign_id)))) {
        names.value = new Map((await api.campaigns()).map((one) => [one.id, one.name]))
      }
      alerts.value = found
    } catch {
      // The pages tell when the line is lost; what was known stays.
    } finally {
      asking = false
    }
  }

  const timer = setInterval(() => void load(), EVERY)
  const look = () => void load()
  window.addEventListener('focus', look)
  document.addEventListener('visibilitychange', look)
  onScopeDispose(() => {
    clearInterval(timer)
    window.removeEventListener('focus', look)
    document.removeEventListener('visibilitychange', look)
  })
  void load()
  return { alerts, names, load }
}
