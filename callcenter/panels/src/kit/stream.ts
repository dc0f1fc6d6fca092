/**
 * Live snapshots: a WebSocket (desk) or server-sent events (boards). Both reconnect automatically with growing pauses;
 * the page is notified when the connection is lost, and the first snapshot after that shows the complete state again.
 */
import { BASE } from './http'

export interface Live {
  close(): void
}

interface Handlers<T> {
  take(snapshot: T): void
  line(up: boolean): void
  /** Called before each new attempt, so that the page can find out whether the session has ended. */
  retry?(): void
}

/** Half a second, doubling, at most ten. */
export function pauseBefore(attempt: number): number {
  return Math.min(10_000, 500 * 2 ** Math.min(attempt, 6))
}

/** Each stream sends at least every 15 s; a connection that is silent for longer is dead even without an error. */
const SILENCE_MS = 25_000

export function socketAddress(path: string, base: string = window.location.href): string {
  const url = new URL(path, base)
  url.protocol = url.protocol.replace('http', 'ws')
  return url.href
}

/** Close code of a stream whose person has opened too many others since; it opens again when its window is looked at. */
const REPLACED = 4409

function whenLookedAt(open: () => void): () => void {
  window.addEventListener('focus', open, { once: true })
  return () => window.removeEventListener('focus', open)
}

export function openSocket<T>(path: string, handlers: Handlers<T>): Live {
  let socket: WebSocket | undefined
  let attempt = 0
  let closed = false
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let watchdog: ReturnType<typeof setTimeout> | undefined
  let forget = () => {}

  const again = () => {
    clearTimeout(watchdog)
    if (closed) return
    handlers.line(false)
    clearTimeout(retryTimer)
    retryTimer = setTimeout(() => {
      handlers.retry?.()
      open()
    }, pauseBefore(attempt++))
  }
  const listen = (mine: WebSocket) => {
    clearTimeout(watchdog)
    watchdog = setTimeout(() => {
      if (socket !== mine) return
      socket = undefined // its close comes when the other side has confirmed it, which a dead line never does
      mine.close()
      again()
    }, SILENCE_MS)
  }
  const open = () => {
    if (closed) return
    const mine = new WebSocket(socketAddress(`${BASE}${path}`))
    socket = mine
    listen(mine)
    mine.onmessage = (event) => {
      listen(mine)
      attempt = 0
      handlers.line(true)
      handlers.take(JSON.parse(event.data as string) as T)
    }
    mine.onclose = (event) => {
      if (socket !== mine) return
      if (event.code !== REPLACED || closed) return again()
      clearTimeout(watchdog)
      handlers.line(false)
      forget = whenLookedAt(open)
    }
  }
  open()
  return {
    close() {
      closed = true
      clearTimeout(retryTimer)
      clearTimeout(watchdog)
      forget()
      socket?.close()
    }
  }
}

export function openEvents<T>(path: string, event: string, handlers: Handlers<T>): Live {
  let source: EventSource | undefined
  let attempt = 0
  let closed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let watchdog: ReturnType<typeof setTimeout> | undefined
  let forget = () => {}

  const again = () => {
    clearTimeout(watchdog)
    source?.close()
    if (closed) return
    handlers.line(false)
    timer = setTimeout(() => {
      handlers.retry?.()
      open()
    }, pauseBefore(attempt++))
  }
  const listen = () => {
    clearTimeout(watchdog)
    watchdog = setTimeout(again, SILENCE_MS)
  }
  const open = () => {
    if (closed) return
    source = new EventSource(`${BASE}${path}`)
    listen()
    source.addEventListener(event, (message) => {
      listen()
      attempt = 0
      handlers.line(true)
      handlers.take(JSON.parse((message as MessageEvent<string>).data) as T)
    })
    source.addEventListener('replaced', () => {
      clearTimeout(watchdog)
      source?.close()
      handlers.line(false)
      if (!closed) forget = whenLookedAt(open)
    })
    source.onerror = again
  }
  open()
  return {
    close() {
      closed = true
      clearTimeout(timer)
      clearTimeout(watchdog)
      forget()
      source?.close()
    }
  }
}
