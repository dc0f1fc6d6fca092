/**
 * Watches whether a person still uses this browser, in any of its windows, and ends the session when they have not for
 * a while (requirement S1). The streams of an open page count as use for the server, so the browser has to look itself.
 */
const KEY = 'callcenter.used'
const EVENTS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const
/** The last use is written for the other windows at most this often. */
const WRITTEN_EVERY_MS = 5_000
const LOOKS_EVERY_MS = 1_000

export interface IdleLimits {
  /** How long a session may be unused. */
  limitMs: number
  /** How long before its end the person is warned. */
  warnedMs: number
  /** Something is running that must not end, such as a conversation. */
  running: () => boolean
  /** Called with the milliseconds left once they are few, and with null when the browser is used again. */
  warn: (leftMs: number | null) => void
  end: () => void
}

/** Watches until the returned function is called. */
export function watchIdle({ limitMs, warnedMs, running, warn, end }: IdleLimits): () => void {
  let used = Date.now()
  let written = 0
  let warned = false

  const note = () => {
    used = Date.now()
    if (used - written < WRITTEN_EVERY_MS) return
    written = used
    localStorage.setItem(KEY, String(used))
  }
  const heard = (event: StorageEvent) => {
    if (event.key === KEY) used = Math.max(used, Number(event.newValue) || 0)
  }
  const look = () => {
    if (running()) note()
    const left = limitMs - (Date.now() - used)
    if (left <= 0) {
      stop()
      end()
    } else if (left <= warnedMs) {
      warned = true
      warn(left)
    } else if (warned) {
      warned = false
      warn(null)
    }
  }
  const timer = setInterval(look, LOOKS_EVERY_MS)
  for (const name of EVENTS) window.addEventListener(name, note, { passive: true, capture: true })
  window.addEventListener('storage', heard)

  function stop() {
    clearInterval(timer)
    for (const name of EVENTS) window.removeEventListener(name, note, { capture: true })
    window.removeEventListener('storage', heard)
  }
  note()
  return stop
}
