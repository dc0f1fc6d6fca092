/** How a further field is shown: money comes in fen. */
import { say } from '@/locale'
import type { Field } from './api'

const yuan = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 0, maximumFractionDigits: 2 })

export function shown(field: Pick<Field, 'kind' | 'value'>): string {
  if (field.kind === 'money' && typeof field.value === 'number') return say('customers.yuan', { amount: yuan.format(field.value / 100) })
  if (typeof field.value === 'boolean') return say(field.value ? 'customers.yes' : 'customers.no')
  if (typeof field.value === 'number') return yuan.format(field.value)
  return String(field.value ?? '')
}
