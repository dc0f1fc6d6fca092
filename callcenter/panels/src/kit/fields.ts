/** How a field of a customer is shown: money comes in fen, codes as their words. */
import { say, wordFor } from '@/locale'
import type { Schema } from './http'

const yuan = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 0, maximumFractionDigits: 2 })

export function shown(field: Pick<Schema<'CustomerField'>, 'kind' | 'value'>): string {
  if (field.kind === 'money' && typeof field.value === 'number') return say('app.yuan', { amount: yuan.format(field.value / 100) })
  if (typeof field.value === 'boolean') return say(field.value ? 'app.yes' : 'app.no')
  if (typeof field.value === 'number') return yuan.format(field.value)
  return String(field.value ?? '')
}

type Fact = Pick<Schema<'CustomerField'>, 'key' | 'title' | 'kind' | 'value'>
const CODES: Record<string, string> = { gender: 'gender', customer_class: 'customerClass' }

export const titleOf = (fact: Fact) => fact.title ?? wordFor('column', fact.key)

export const factOf = (fact: Fact) => (CODES[fact.key] ? wordFor(CODES[fact.key]!, String(fact.value)) : shown(fact))
