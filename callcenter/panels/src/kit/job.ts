/** Long work: ordering it gives an id; this asks how far it is until it is over. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { get, post, Problem } from './http'

export interface Job {
  id: number
  kind: string
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  done: number
  total: number | null
  figures: Record<string, number>
  result: Record<string, unknown> | null
  problem: { code: string; detail?: string; status?: number; params?: Record<string, unknown> } | null
  requested_at: string
  started_at: string | null
  ended_at: string | null
  cancelling: boolean
}

const ASK_EVERY = 700

export const isOpen = (job: Job) => job.state === 'queued' || job.state === 'running'

/** Watches one job at a time; `onOver` is called once when it has ended, however it ended. */
export function useJob(onOver: (job: Job) => void = () => undefined) {
  const job = shallowRef<Job | null>(null)
  const lineLost = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let watching = 0

  async function look(id: number, turn: number) {
    let found: Job
    try {
      found = await get<Job>(`/jobs/${id}`)
      lineLost.value = false
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 404) return
      lineLost.value = true
      if (turn === watching) timer = setTimeout(() => void look(id, turn), ASK_EVERY * 3)
      return
    }
    if (turn !== watching) return
    job.value = found
    if (isOpen(found)) timer = setTimeout(() => void look(id, turn), ASK_EVERY)
    else onOver(found)
  }

  function watch(id: number): void {
    stop()
    job.value = null
    void look(id, watching)
  }

  async function cancel(): Promise<void> {
    if (job.value) job.value = await post<Job>(`/jobs/${job.value.id}/cancel`)
  }

  function stop(): void {
    watching += 1
    clearTimeout(timer)
  }

  onScopeDispose(stop)
  return { job, lineLost, watch, cancel, stop }
}
