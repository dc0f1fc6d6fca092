/** Questions to the person before a command: one at a time, shown by `AskHost` at the root of the application. */
import { shallowRef } from 'vue'

export interface Question {
  title: string
  /** What the command does, in a sentence. */
  text?: string
  /** Asks for a reason. Without it, the question is only yes or no. */
  reason?: boolean
  hint?: string
  confirm?: string
  danger?: boolean
}

interface Asking extends Question {
  /** Carries the command out; the dialog stays open when it is refused. */
  run: (reason: string) => Promise<unknown>
  closed: () => void
}

export const asking = shallowRef<Asking | null>(null)

/** Resolves when the dialog has closed, whether the command was carried out or not. */
export function ask(question: Question, run: (reason: string) => Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    asking.value = {
      ...question,
      run,
      closed() {
        asking.value = null
        resolve()
      }
    }
  })
}

/** Asks yes or no; resolves to the answer when the dialog has closed. */
export async function confirmed(question: Question): Promise<boolean> {
  let yes = false
  await ask(question, async () => {
    yes = true
  })
  return yes
}
