/**
 * Loads one item of the server, or a list too short for pages.
 *
 *     const meter = useItem(api.meter)
 *     const recording = useItem(() => api.recording(props.callId), { on: () => props.callId })
 */
import { onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { latestOnly, type Loadable } from './loading'

export interface ItemOptions {
  /** The item's identity: when it changes, the old item is discarded and the new one loaded. */
  on?: () => unknown
  /** Milliseconds after which it is loaded again; also when the window becomes visible again. */
  every?: number
}

export interface Loaded<T> extends Loadable {
  readonly data: T | null
  /** Replaces the item by the answer of a command, instead of loading again; a running request is discarded. */
  set(data: T): void
}

export function useItem<T>(ask: () => Promise<T>, options: ItemOptions = {}): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const loading = ref(false)
  const ready = ref(false)
  const error = shallowRef<unknown>(null)
  const latest = latestOnly()

  function set(value: T): void {
    latest.cancel()
    loading.value = false
    take(value)
  }

  function take(value: T): void {
    data.value = value
    ready.value = true
    error.value = null
  }

  function reload(): Promise<void> {
    loading.value = true
    return latest.ask(ask, {
      answer: take,
      error: (problem) => (error.value = problem),
      end: () => (loading.value = false)
    })
  }

  if (options.on) {
    watch(options.on, () => {
      data.value = null
      ready.value = false
      error.value = null
      void reload()
    })
  }
  if (options.every) keepFresh(options.every, () => !loading.value && void reload())
  onScopeDispose(latest.cancel)
  void reload()

  return reactive({ data, loading, ready, error, reload, retry: reload, set }) as unknown as Loaded<T>
}

/** A hidden window does not load again. */
function keepFresh(every: number, reload: () => void): void {
  const look = () => document.hidden || reload()
  const timer = setInterval(look, every)
  window.addEventListener('focus', look)
  document.addEventListener('visibilitychange', look)
  onScopeDispose(() => {
    clearInterval(timer)
    window.removeEventListener('focus', look)
    document.removeEventListener('visibilitychange', look)
  })
}
