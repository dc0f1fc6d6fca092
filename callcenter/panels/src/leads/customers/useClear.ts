/** Shows a customer in clear for a minute; the data is masked again after that, or when the window is left. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import type { Clear } from './api'

export const SHOWN_SECONDS = 60

export function useClear() {
  const clear = shallowRef<Clear | null>(null)
  const left = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined
  let until = 0

  function cover() {
    clearInterval(timer)
    clear.value = null
    left.value = 0
  }

  function tick() {
    left.value = Math.ceil((until - Date.now()) / 1000)
    if (left.value <= 0) cover()
  }

  function show(found: Clear) {
    cover()
    clear.value = found
    until = Date.now() + SHOWN_SECONDS * 1000
    tick()
    timer = setInterval(tick, 250)
  }

  const hidden = () => document.visibilityState === 'hidden' && cover()
  document.addEventListener('visibilitychange', hidden)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', hidden)
    cover()
  })
  return { clear, left, show, cover }
}
