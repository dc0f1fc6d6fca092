/** Shows refusals and successes as messages. */
import { ElMessage } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import { knows, say, wordFor } from '@/locale'
import { Problem } from './http'
import { dateOf, momentOf, serverNow, timeOf } from './time'

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/

/** Returns the params of a refusal as they are spoken: an instant of today as 10:30, of another day as 11-23 10:30. */
function spoken(params: Record<string, unknown>): Record<string, unknown> {
  const word = (value: unknown) => {
    if (typeof value !== 'string' || !INSTANT.test(value)) return value
    return dateOf(value) === dateOf(serverNow()) ? timeOf(value) : momentOf(value)
  }
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, word(value)]))
}

/** Returns the sentence for a refusal: its code translated, else the server's own words; and the rule that refused, if it has a name. */
export function sentenceFor(problem: unknown, withRule = true): string {
  if (!(problem instanceof Problem)) return say('problem.unexpected')
  const code = `problem.${problem.code}`
  /** A refusal that says why has a sentence for each reason. */
  const precise = `problem.why.${problem.code}.${String(problem.params.why)}`
  const key = knows(precise) ? precise : code
  const sentence = knows(key)
    ? say(key, spoken(problem.params))
    : problem.detail || say('problem.unknown', { code: problem.code, status: problem.status })
  return withRule && problem.rule && knows(`enums.rule.${problem.rule}`) ? `${sentence}${say('problem.rule', { rule: wordFor('rule', problem.rule) })}` : sentence
}

export function showProblem(problem: unknown): void {
  if (!(problem instanceof Problem)) console.error(problem)
  if (problem instanceof Problem && problem.code === 'not_logged_in') return
  ElMessage({ type: 'error', message: sentenceFor(problem), duration: 6000, offset: 88, showClose: true, grouping: true })
}

export function showDone(key: string, params: Record<string, unknown> = {}): void {
  ElMessage({ type: 'success', message: say(key, params), duration: 2500, offset: 88, grouping: true })
}
