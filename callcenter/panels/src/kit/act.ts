/**
 * Sends the commands of a page: one at a time; a refusal or a success is shown.
 *
 *     const { busy, act } = useAct()
 *     const after = await act(() => api.claim(id), { done: 'quality.decided' })
 *     if (after) emit('changed', after.value)
 *
 * With `ask` a dialog asks first, for a reason or for confirmation; a refusal is then shown inside the dialog.
 */
import { computed, ref, shallowRef } from 'vue'
import { ask, type Question } from './ask'
import { showDone, showProblem } from './messages'

type Params = Record<string, unknown>

export interface ActOptions<T = unknown> {
  /** Key of the message after success, or a function that returns it for the answer; null shows no message. */
  done?: string | ((answer: T) => string | null)
  /** Values of its placeholders, or a function that returns them for the answer. */
  params?: Params | ((answer: T) => Params)
  /** Which of several buttons it is, for `running`. */
  name?: string | number
  /** The question to ask first. */
  ask?: Question
  /** Leaves a refusal in `problem` for the page to show, without a message. */
  quiet?: boolean
}

export function useAct() {
  /** The name of the running command; true when it has none. */
  const running = ref<string | number | true | null>(null)
  /** Why the last command was refused. */
  const problem = shallowRef<unknown>(null)
  const busy = computed(() => running.value !== null)

  /** The dialog is open and not answered yet: no button shows a running command. */
  let asked = false

  async function run<T>(command: () => Promise<T>, options: ActOptions<T>): Promise<{ value: T }> {
    running.value = options.name ?? true
    try {
      return { value: await command() }
    } finally {
      running.value = null
    }
  }

  /** Returns the answer of the command; null when it was refused or cancelled, or when another command is running. */
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
