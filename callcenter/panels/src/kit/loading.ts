import type { InjectionKey } from 'vue'

/** What a page frame and a table must know of anything that is loaded. `usePage` and `useItem` both are such a thing. */
export interface Loadable {
  /** A request is on its way. */
  readonly loading: boolean
  /** There is something to show: the first answer has come. */
  readonly ready: boolean
  /** Why the last request failed; null after one that did not. */
  readonly error: unknown
  /** Asks for everything again. */
  reload(): Promise<void>
  /** Repeats the request that failed. */
  retry(): Promise<void>
}

/** What the frame around a component loads: the frame says what fails there, so that nobody says it twice. */
export const FRAMED: InjectionKey<() => readonly Loadable[]> = Symbol('framed')

/**
 * Runs one request at a time and discards what an older one answers late: a new question makes the former void, and so
 * does the end of the component.
 */
export function latestOnly() {
  let turn = 0

  async function ask<T>(question: () => Promise<T>, on: { answer: (value: T) => void; error: (problem: unknown) => void; end: () => void }) {
    const mine = ++turn
    try {
      const value = await question()
      if (mine === turn) on.answer(value)
    } catch (problem) {
      if (mine === turn) on.error(problem)
    } finally {
      if (mine === turn) on.end()
    }
  }

  return { ask, cancel: () => void (turn += 1) }
}
