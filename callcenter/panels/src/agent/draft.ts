/**
 * Keeps the agent's entries about a customer in this tab of the browser: a page that is loaded anew in wrap-up shows them
 * again. They are gone with the result, with the next customer, with the log-out, and with the tab.
 */
import { emptyDraft, type Draft } from './forms'

/** Whose entries these are, about which customer; the call is null as long as the customer has not been dialled. */
export interface About {
  staff: number
  customer: string
  call: string | null
}

const KEY = 'callcenter.draft'

export function keepDraft(about: About, draft: Draft, store: Storage = sessionStorage): void {
  if (!about.customer || JSON.stringify(draft) === JSON.stringify(emptyDraft())) forgetDraft(store)
  else store.setItem(KEY, JSON.stringify({ about, draft }))
}

/** Returns what was entered about this customer in this call, or before it. */
export function keptDraft(about: About, store: Storage = sessionStorage): Draft | null {
  try {
    const kept = JSON.parse(store.getItem(KEY) ?? 'null') as { about: About; draft: Draft } | null
    if (!kept || kept.about.staff !== about.staff || kept.about.customer !== about.customer) return null
    return kept.about.call === null || kept.about.call === about.call ? { ...emptyDraft(), ...kept.draft } : null
  } catch {
    return null // of an older version of the page
  }
}

export function forgetDraft(store: Storage = sessionStorage): void {
  store.removeItem(KEY)
}
