/** Asks before a page is left on which something is running that would end with it: by a link, the log-out or the browser. */
import { onBeforeUnmount, onMounted } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'
import { confirmed, type Question } from './ask'

interface Guard {
  running: () => boolean
  question: () => Question
  /** What is done once the person has confirmed. */
  confirmed?: () => Promise<unknown>
}

let guard: Guard | null = null

/** Returns whether the open page may be left: nothing is running on it, or the person has confirmed. */
export async function mayLeave(): Promise<boolean> {
  if (!guard?.running()) return true
  if (!(await confirmed(guard.question()))) return false
  await guard?.confirmed?.()
  return true
}

/** Returns whether something is running on the open page that must not be cut off. */
export function somethingRuns(): boolean {
  return guard?.running() ?? false
}

/** Guards this page as long as it is open. The browser asks in its own words. */
export function useLeaving(own: Guard): void {
  const hold = (event: BeforeUnloadEvent) => {
    if (own.running()) event.preventDefault()
  }
  onMounted(() => {
    guard = own
    window.addEventListener('beforeunload', hold)
  })
  onBeforeUnmount(() => {
    if (guard === own) guard = null
    window.removeEventListener('beforeunload', hold)
  })
  onBeforeRouteLeave(mayLeave)
}
