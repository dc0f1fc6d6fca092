/** The sentence that says why a gate is shut. */
import { say, wordFor } from '@/locale'
import type { Explanation, Gate } from './api'

/** The agent of an objection: the one it names, or the one for whom the gates were requested. */
function nameOf(id: unknown, found: Explanation): string {
  const known = [found.agent, found.assignment?.agent, found.callback?.agent]
  return known.find((one) => one && one.id === id)?.name ?? found.agent?.name ?? ''
}

export function causeOf(reason: NonNullable<Gate['reason']>, found: Explanation): string {
  const { params } = reason
  return say(`enums.gateCause.${reason.code}`, {
    count: params.count,
    cap: params.cap,
    trunk: params.trunk,
    part: wordFor('windowPart', params.part as string),
    missing: ((params.missing as string[] | undefined) ?? []).map((one) => wordFor('missing', one)).join(say('alerts.comma')),
    agent: nameOf(params.agent_id, found)
  })
}
