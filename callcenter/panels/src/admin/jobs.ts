/** What a job's row says of its end. */
import { Problem, type ProblemBody } from '@/kit/http'
import { sentenceFor } from '@/kit/messages'
import { spanOf } from '@/kit/time'
import type { Job } from './api'

/** The sentence for the refusal that a failed job ended with. */
export const whyOf = (job: Pick<Job, 'problem'>): string =>
  job.problem ? sentenceFor(new Problem({ status: 500, ...(job.problem as Pick<ProblemBody, 'code'>) })) : ''

/** How long it ran; a job that was cancelled before it began took no time. */
export function spanOfJob(job: Pick<Job, 'started_at' | 'ended_at'>): string {
  return spanOf(job.started_at && job.ended_at ? (Date.parse(job.ended_at) - Date.parse(job.started_at)) / 1000 : 0)
}
