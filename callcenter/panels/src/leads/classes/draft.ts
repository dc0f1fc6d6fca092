/** Rules while they are edited: new rules, and the effect of another field or operator on the value. */
import { Problem } from '@/kit/http'
import { language, say, wordFor } from '@/locale'
import type { Choice, Condition, CustomerClass, Field, Operator, Rule, Scheme, Value } from './api'

/** The form of keys and codes that the server accepts. */
export const isKey = (text: string) => /^[a-z0-9_]+$/.test(text)

const WITHOUT_VALUE: Operator[] = ['known', 'empty']

export const needsValue = (operator: Operator) => !WITHOUT_VALUE.includes(operator)

export const nameOf = (named: { name_zh: string; name_en: string }) => (language.value === 'zh' ? named.name_zh : named.name_en)

/** The name of a class of this scheme; null: customers without a class. */
export function classWord(classes: CustomerClass[], code: string | null): string {
  const found = classes.find((one) => one.code === code)
  return found ? nameOf(found) : (code ?? say('classes.noClass'))
}

export const fieldWord = (field: Field) => field.title || wordFor('classField', field.key.replace('further:', ''))

export const choiceWord = (choice: Choice) => choice.label || wordFor('classChoice', choice.value)

export function blankValue(field: Field | undefined, operator: Operator): Value {
  if (!needsValue(operator)) return null
  if (operator === 'one_of' || operator === 'between') return []
  return field?.kind === 'yes_no' ? true : null
}

export function blankCondition(fields: Field[]): Condition {
  const field = fields[0]
  const operator = field?.operators[0] ?? 'equals'
  return { field: field?.key ?? '', operator, value: blankValue(field, operator) }
}

export const blankRule = (scheme: Scheme, fields: Field[]): Rule => ({
  class_code: scheme.classes[0]?.code ?? '',
  name: '',
  match: 'all',
  conditions: [blankCondition(fields)]
})

/** After the choice of another field: an operator of that field, and no value. */
export function withField(fields: Field[], condition: Condition, key: string): Condition {
  const field = fields.find((one) => one.key === key)
  const operator = field?.operators.includes(condition.operator) ? condition.operator : (field?.operators[0] ?? 'equals')
  return { field: key, operator, value: blankValue(field, operator) }
}

/** After the choice of another operator: keeps a value that still fits. */
export function withOperator(fields: Field[], condition: Condition, operator: Operator): Condition {
  const field = fields.find((one) => one.key === condition.field)
  const shape = (one: Operator) => (!needsValue(one) ? 'none' : one === 'one_of' || one === 'between' ? one : 'single')
  const value = shape(operator) === shape(condition.operator) ? condition.value : blankValue(field, operator)
  return { ...condition, operator, value }
}

export function moved<T>(items: T[], from: number, by: -1 | 1): T[] {
  const to = from + by
  if (to < 0 || to >= items.length) return items
  const next = [...items]
  ;[next[from], next[to]] = [next[to]!, next[from]!]
  return next
}

/** An error of a rule or of one of its conditions, both counted from 1. A refusal has them in `params`. */
export interface Finding {
  rule: number
  condition: number | null
  problem: string
}

/** The findings of a refusal, if it is one about rules. */
export function findingsOf(problem: unknown): Finding[] {
  return problem instanceof Problem && problem.code === 'class_rules_invalid' ? ((problem.params.findings as Finding[]) ?? []) : []
}

function spokenValue(field: Field | undefined, { operator, value }: Condition): string {
  const one = (each: unknown) => {
    if (typeof each === 'boolean') return say(each ? 'classes.yes' : 'classes.no')
    const choice = field?.choices.find((known) => known.value === each)
    const unit = field?.money ? ` ${say('classes.yuan')}` : ''
    return choice ? choiceWord(choice) : `${each}${unit}`
  }
  const between = operator === 'between' ? ` ${say('classes.to')} ` : ' / '
  return Array.isArray(value) ? value.map(one).join(between) : value === null ? '' : one(value)
}

/** A rule as one line of text. */
export function spoken(rule: Rule, fields: Field[]): string {
  const parts = rule.conditions.map((each) => {
    const field = fields.find((one) => one.key === each.field)
    const words = [field ? fieldWord(field) : each.field, wordFor('classOperator', each.operator), spokenValue(field, each)]
    return words.filter(Boolean).join(' ')
  })
  return parts.join(` ${say(rule.match === 'all' ? 'classes.and' : 'classes.or')} `)
}
