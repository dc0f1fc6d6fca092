import type { InjectionKey } from 'vue'

/** The state of loaded data, as a page frame and a table need it. `usePage` and `useItem` return it. */
export interface Loadable {
  /** A request is on its way. */
  readonly loading: boolean
  /** There is data to show: the first answer has arrived. */
  readonly ready: boolean
  /** Why the last request failed; null when it succeeded. */
  readonly error: unknown
  /** Loads everything again. */
  reload(): Promise<void>
  /** Repeats the request that failed. */
  retry(): Promise<void>
}

/** The data that the frame around a component loads: the frame shows their problems, so that components do not repeat them. */
export const FRAMED: InjectionKey<() => readonly Loadable[]> = Symbol('framed')

/**
 * Keeps only the newest request: the answers of older ones are discarded when they arrive late, and all are discarded
 * when the component is unmounted.
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
