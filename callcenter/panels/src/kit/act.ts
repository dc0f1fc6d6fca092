/** One act at a time, with a button that shows it; what the server refuses is told. */
import { ref } from 'vue'
import { showProblem } from './messages'

export function useAct() {
  const busy = ref(false)

  async function act(work: () => Promise<unknown>): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      await work()
    } catch (problem) {
      showProblem(problem)
    } finally {
      busy.value = false
    }
  }

  return { busy, act }
}
