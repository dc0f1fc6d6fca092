/** The desk: the last snapshot, the line to the server, and the one wish that is under way. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { openSocket, type Live } from '@/kit/stream'
import { showProblem } from '@/kit/messages'
import { setServerNow } from '@/kit/time'
import { useSession } from '@/session/store'
import * as api from './api'

export const useDesk = defineStore('desk', () => {
  const snapshot = shallowRef<api.Snapshot | null>(null)
  const lineUp = ref(true)
  const busy = ref<api.Verb | null>(null)
  let live: Live | null = null

  const seat = computed(() => snapshot.value?.seat ?? null)
  const state = computed(() => seat.value?.state ?? 'offline')
  const seated = computed(() => state.value !== 'offline')
  const allowed = computed(() => new Set(snapshot.value?.allowed ?? []))
  /** Changes when another customer (or nobody) is on the screen: the form starts afresh. */
  const customerKey = computed(() => {
    const lead = snapshot.value?.lead
    return lead ? `${lead.kind}/${lead.name}/${lead.phone}` : ''
  })

  /** A snapshot older than the one shown is a late one (an answer overtaken by the stream). */
  function take(next: api.Snapshot): void {
    if (snapshot.value && next.now < snapshot.value.now) return
    setServerNow(next.now)
    snapshot.value = next
  }

  async function open(): Promise<void> {
    live ??= openSocket<api.Snapshot>(api.STREAM, {
      take,
      line: (up) => (lineUp.value = up),
      retry: () => void refresh()
    })
    await refresh()
  }

  async function refresh(): Promise<void> {
    try {
      take(await api.desk())
    } catch {
      // The line's banner says it; an ended session is handled by kit/http.
    }
  }

  function close(): void {
    live?.close()
    live = null
    snapshot.value = null
    lineUp.value = true
  }

  /** Sends one wish; a second click while it is under way does nothing. True when it was granted. */
  async function wish(verb: api.Verb, act: () => Promise<api.Snapshot>): Promise<boolean> {
    if (busy.value || !allowed.value.has(verb) || !useSession().me) return false
    busy.value = verb
    try {
      take(await act())
      return true
    } catch (problem) {
      showProblem(problem)
      await refresh()
      return false
    } finally {
      busy.value = null
    }
  }

  return { snapshot, seat, state, seated, allowed, lineUp, busy, customerKey, open, close, refresh, wish }
})
