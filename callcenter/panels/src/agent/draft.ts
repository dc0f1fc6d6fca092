/**
 * Keeps the agent's entries about a customer on the server: a page that is loaded anew, or another window that takes the
 * desk over, has them again. Nothing of them stays in the browser.
 */
import { onBeforeUnmount, onMounted, readonly, ref, watch, type Ref } from 'vue'
import { Problem } from '@/kit/http'
import * as api from './api'
import { emptyDraft, type Draft } from './forms'

export const SAVE_MS = 2000

export interface Saved {
  /** When the server has taken the entries as they are now; null while it has not. */
  at: string | null
  /** The last attempt failed; it is repeated. */
  failed: boolean
}

const windowName = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')
const textOf = (draft: Draft) => JSON.stringify(draft)

/** `customer`: changes with the customer on the screen, empty without one. */
export function useDraft(customer: Ref<string>) {
  const draft = ref(emptyDraft())
  const saved = ref<Saved>({ at: null, failed: false })
  /** The name of this window; the snapshot says which one works at the desk. */
  const own = windowName()
  /** This window works at the desk. */
  const atWork = ref(false)
  /** Another window has taken the desk from this one. */
  const displaced = ref(false)
  /** What the server has of this customer. */
  let known = textOf(emptyDraft())
  let timer: ReturnType<typeof setTimeout> | undefined

  function clear() {
    clearTimeout(timer)
    timer = undefined
    draft.value = emptyDraft()
    known = textOf(draft.value)
    saved.value = { at: null, failed: false }
  }

  /** Makes this window the one at work; shows what was entered, unless something has been entered here since. */
  async function claim() {
    const about = customer.value
    const kept = await api.claim(own).catch(() => null)
    if (!kept) return void setTimeout(claim, SAVE_MS)
    atWork.value = true
    displaced.value = false
    if (about !== customer.value) return
    if (kept.entries && textOf(draft.value) === textOf(emptyDraft())) {
      draft.value = { ...emptyDraft(), ...kept.entries }
      known = textOf(draft.value)
      saved.value = { at: kept.saved_at, failed: false }
    } else schedule()
  }

  function schedule() {
    if (!atWork.value || !customer.value || textOf(draft.value) === known) return
    saved.value = { at: null, failed: saved.value.failed }
    timer ??= setTimeout(save, SAVE_MS)
  }

  async function save(keepalive = false) {
    clearTimeout(timer)
    timer = undefined
    const [about, text] = [customer.value, textOf(draft.value)]
    if (!atWork.value || !about || text === known) return
    const answer = await api.saveDraft(own, draft.value, keepalive).catch((problem: unknown) => problem)
    if (about !== customer.value) return
    if (answer instanceof Problem) {
      if (answer.code === 'desk_elsewhere') [atWork.value, displaced.value] = [false, true]
      else if (answer.code !== 'not_now') saved.value = { at: null, failed: true }
    } else if (answer instanceof Error) saved.value = { at: null, failed: true }
    else {
      known = text
      saved.value = { at: (answer as api.DraftView).saved_at, failed: false }
    }
    schedule()
  }

  const flush = () => document.visibilityState === 'hidden' && void save(true)
  watch(customer, clear)
  watch(draft, schedule, { deep: true })
  onMounted(() => document.addEventListener('visibilitychange', flush))
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', flush)
    void save(true)
    clearTimeout(timer)
  })
  return { draft, saved: readonly(saved), own, atWork, displaced, claim, clear }
}
