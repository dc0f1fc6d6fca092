/** Jobs: a request returns an id; this polls the job's progress until it has ended. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { Problem, server, type Schema } from './http'
import { showDone } from './messages'

export type Job = Schema<'JobOut'>

const ASK_EVERY = 700

export const isOpen = (job: Pick<Job, 'state'>) => job.state === 'queued' || job.state === 'running'
export const readJob = (job_id: number) => server.GET('/jobs/{job_id}', { params: { path: { job_id } } })

/**
 * Watches one job at a time; `onEnd` is called once when it has ended, with success or not. `done` is the key of the
 * message after success.
 */
export function useJob(onEnd: (job: Job) => void = () => undefined, options: { done?: string } = {}) {
  const job = shallowRef<Job | null>(null)
  const lineLost = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let watching = 0

  async function look(id: number, turn: number) {
    let state: Job
    try {
      state = await readJob(id)
      lineLost.value = false
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 404) return
      lineLost.value = true
      if (turn === watching) timer = setTimeout(() => void look(id, turn), ASK_EVERY * 3)
      return
    }
    if (turn !== watching) return
    job.value = state
    if (isOpen(state)) timer = setTimeout(() => void look(id, turn), ASK_EVERY)
    else end(state)
  }

  function end(state: Job) {
    if (state.state === 'done' && options.done) showDone(options.done)
    onEnd(state)
  }

  /** Watches the job with this id instead of an earlier one; its known state is shown at once. */
  function watch(id: number, known: Job | null = null): void {
    stop()
    job.value = known
    void look(id, watching)
  }

  /** Stops watching. */
  function forget(): void {
    stop()
    job.value = null
  }

  async function cancel(): Promise<void> {
    if (job.value) job.value = await server.POST('/jobs/{job_id}/cancel', { params: { path: { job_id: job.value.id } } })
  }

  function stop(): void {
    watching += 1
    clearTimeout(timer)
    lineLost.value = false
  }

  onScopeDispose(stop)
  return { job, lineLost, watch, cancel, forget }
}

export type WatchedJob = ReturnType<typeof useJob>
