/** The desk: the last snapshot, the connection to the server, and the running command. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { useAct } from '@/kit/act'
import { openSocket, type Live } from '@/kit/stream'
import { setServerNow } from '@/kit/time'
import { useSession } from '@/session/store'
import * as api from './api'

export const useDesk = defineStore('desk', () => {
  const snapshot = shallowRef<api.Snapshot | null>(null)
  const lineUp = ref(true)
  /** Scripts by key: each version is fetched once. */
  const scripts = shallowRef(new Map<string, api.Script>())
  let fetching = ''
  const { running, problem, act } = useAct()
  let live: Live | null = null

  const seat = computed(() => snapshot.value?.seat ?? null)
  const state = computed(() => seat.value?.state ?? 'offline')
  const seated = computed(() => state.value !== 'offline')
  const allowed = computed(() => new Set(snapshot.value?.allowed ?? []))
  /** Changes when another customer, or none, is on the screen: the form is then reset. */
  const customerKey = computed(() => {
    const lead = snapshot.value?.lead
    return lead ? `${lead.kind}/${lead.name}/${lead.phone}` : ''
  })

  const scriptKey = computed(() => snapshot.value?.script_key ?? null)
  const script = computed(() => (scriptKey.value ? (scripts.value.get(scriptKey.value) ?? null) : null))

  /** Fetches the script that the screen names, unless it is here. One that fails is fetched with the next snapshot. */
  async function fetchScript(key: string | null): Promise<void> {
    if (!key || scripts.value.has(key) || fetching === key) return
    fetching = key
    const found = await api.script().catch(() => null)
    fetching = ''
    if (found) scripts.value = new Map(scripts.value).set(found.key, found)
  }

  /** Ignores a snapshot older than the shown one: the stream has overtaken the answer of a command. */
  function take(next: api.Snapshot): void {
    if (snapshot.value && next.now < snapshot.value.now) return
    setServerNow(next.now)
    snapshot.value = next
    void fetchScript(next.script_key)
  }

  async function open(): Promise<void> {
    live ??= openSocket<api.Snapshot>(api.STREAM, {
      take,
      line: (up) => (lineUp.value = up),
      retry: () => void refresh()
    })
    await refresh()
  }

  /** Shows no failure: the banner of the lost connection does, and kit/http handles a session that has ended. */
  const refresh = (): Promise<void> => api.desk().then(take, () => undefined)

  function close(): void {
    live?.close()
    live = null
    snapshot.value = null
    lineUp.value = true
  }

  /** Sends one command; a second click while it is running does nothing. True when it was granted. */
  async function command(verb: api.Verb, send: () => Promise<api.Snapshot>): Promise<boolean> {
    if (running.value !== null || !allowed.value.has(verb) || !useSession().me) return false
    const granted = await act(async () => take(await send()), { name: verb })
    if (!granted) await refresh()
    return granted !== null
  }

  return { snapshot, seat, state, seated, allowed, lineUp, running, problem, customerKey, scriptKey, script, open, close, refresh, take, command }
})
