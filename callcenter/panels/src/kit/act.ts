/**
 * Every command of a page goes through here: one at a time, a refusal is shown, a success is said.
 *
 *     const { busy, act } = useAct()
 *     const after = await act(() => api.claim(id), { done: 'quality.decided' })
 *     if (after) emit('changed', after.value)
 *
 * With `ask` the person is asked first, for a reason or just for a yes; a refusal then shows inside the dialog.
 */
import { computed, ref, shallowRef } from 'vue'
import { ask, type Question } from './ask'
import { showDone, showProblem } from './messages'

type Params = Record<string, unknown>

export interface ActOptions<T = unknown> {
  /** Key of the message after success; a function decides by what the command answered, null says nothing. */
  done?: string | ((answer: T) => string | null)
  /** What fills its gaps; a function gets what the command answered. */
  params?: Params | ((answer: T) => Params)
  /** Which of several buttons it is, for `running`. */
  name?: string | number
  /** What is asked first. */
  ask?: Question
  /** A refusal is left in `problem` for the page to show, and no message appears. */
  quiet?: boolean
}

export function useAct() {
  /** The name of the command on its way; true when it has none. */
  const running = ref<string | number | true | null>(null)
  /** Why the last command was refused. */
  const problem = shallowRef<unknown>(null)
  const busy = computed(() => running.value !== null)

  /** The person has been asked and has not answered yet: no button shows that something runs. */
  let asked = false

  async function run<T>(command: () => Promise<T>, options: ActOptions<T>): Promise<{ value: T }> {
    running.value = options.name ?? true
    try {
      return { value: await command() }
    } finally {
      running.value = null
    }
  }

  /** Returns what the command answered; null when it was refused, cancelled, or another one is on its way. */
  async function act<T>(command: (reason: string) => Promise<T>, options: ActOptions<T> = {}): Promise<{ value: T } | null> {
    if (asked || running.value !== null) return null
    problem.value = null
    let answer: { value: T } | null = null
    try {
      if (options.ask) {
        asked = true
        await ask(options.ask, async (reason) => (answer = await run(() => command(reason), options)))
      } else {
        answer = await run(() => command(''), options)
      }
    } catch (refusal) {
      problem.value = refusal
      if (!options.quiet) showProblem(refusal)
    } finally {
      asked = false
    }
    if (answer) {
      const { done, params } = options
      const key = typeof done === 'function' ? done(answer.value) : done
      if (key) showDone(key, typeof params === 'function' ? params(answer.value) : params)
    }
    return answer
  }

  return { busy, running, problem, act }
}
