/**
 * Unsent results and the last loaded list, kept in the browser for offline use. A result leaves the queue when the server
 * has accepted it; a refused one stays, with the refusal, until the field agent drops it.
 */
import { reactive, ref } from 'vue'
import { Problem, type ProblemBody } from '@/kit/http'
import type { Report, Visit } from './api'

export interface Waiting {
  visit: number
  form: Report
  refused: ProblemBody | null
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
type Send = (visit: number, form: Report) => Promise<unknown>

const PREFIX = 'callcenter.field'

/** Returns whether it can be tried again: offline, a failing server, or a session that has ended. */
export function isPassing(problem: unknown): boolean {
  return problem instanceof Problem && (problem.status === 0 || problem.status >= 500 || problem.status === 401)
}

export function createQueue(person: number, send: Send, store: Store = localStorage) {
  const key = `${PREFIX}.${person}.queue`
  const items = reactive<Waiting[]>(JSON.parse(store.getItem(key) ?? '[]') as Waiting[])
  const offline = ref(false)
  let sending = false

  const keep = () => store.setItem(key, JSON.stringify(items))

  function drop(visit: number) {
    const index = items.findIndex((item) => item.visit === visit)
    if (index >= 0) items.splice(index, 1)
    keep()
  }

  /** A later result for the same visit replaces the unsent one. */
  function add(visit: number, form: Report) {
    drop(visit)
    items.push({ visit, form, refused: null })
    keep()
  }

  /** Sends the unsent results in order until the connection fails. True when at least one was accepted. */
  async function flush(): Promise<boolean> {
    if (sending) return false
    sending = true
    let through = false
    try {
      for (const item of items.filter((one) => !one.refused)) {
        try {
          await send(item.visit, item.form)
          if (items.includes(item)) drop(item.visit)
          offline.value = false
          through = true
        } catch (problem) {
          if (isPassing(problem)) {
            offline.value = true
            break
          }
          const { status, code, detail, rule, params } = problem as Problem
          item.refused = { status, code, detail, rule, params }
          keep()
        }
      }
    } finally {
      sending = false
    }
    return through
  }

  return { items, offline, add, drop, flush }
}

const listKey = (person: number, on: string) => `${PREFIX}.${person}.list.${on}`

export function keepList(person: number, on: string, visits: Visit[], store: Store = localStorage): void {
  store.setItem(listKey(person, on), JSON.stringify(visits))
}

export function keptList(person: number, on: string, store: Store = localStorage): Visit[] | null {
  const kept = store.getItem(listKey(person, on))
  return kept ? (JSON.parse(kept) as Visit[]) : null
}

/** Deletes customers' particulars from the browser when the session has ended or their day is over. */
export function forgetLists(before?: string, store: Storage = localStorage): void {
  for (const key of Object.keys(store)) {
    const on = /^callcenter\.field\.\d+\.list\.(.+)$/.exec(key)?.[1]
    if (on && (!before || on < before)) store.removeItem(key)
  }
}
