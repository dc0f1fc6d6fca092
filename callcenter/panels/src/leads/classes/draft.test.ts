import { describe, expect, it } from 'vitest'
import { Problem } from '@/kit/http'
import { loadWords, setLanguage } from '@/locale'
import type { Field, Rule } from './api'
import { blankCondition, findingsOf, moved, spoken, withField, withOperator } from './draft'

const field = (key: string, kind: Field['kind'], operators: Field['operators'], choices: string[] = []): Field => ({
  key,
  kind,
  operators,
  title: '',
  money: key === 'further:income',
  choices: choices.map((value) => ({ value, label: '' }))
})
const FIELDS = [
  field('age', 'number', ['equals', 'at_least', 'between', 'empty']),
  field('gender', 'choice', ['equals', 'one_of'], ['male', 'female']),
  field('further:income', 'number', ['at_least']),
  field('further:payroll', 'yes_no', ['equals'])
]

describe('a condition while it is edited', () => {
  it('begins with the first field and no value', () => {
    expect(blankCondition(FIELDS)).toEqual({ field: 'age', operator: 'equals', value: null })
  })

  it('forgets a value that was meant for another field', () => {
    const old = { field: 'age', operator: 'equals' as const, value: 40 }
    expect(withField(FIELDS, old, 'gender')).toEqual({ field: 'gender', operator: 'equals', value: null })
    expect(withField(FIELDS, { ...old, operator: 'between', value: [1, 2] }, 'gender').operator).toBe('equals')
    expect(withField(FIELDS, old, 'further:payroll').value).toBe(true)
  })

  it('keeps a value where the other operator takes one too', () => {
    const old = { field: 'age', operator: 'equals' as const, value: 40 }
    expect(withOperator(FIELDS, old, 'at_least').value).toBe(40)
    expect(withOperator(FIELDS, old, 'between').value).toEqual([])
    expect(withOperator(FIELDS, old, 'empty').value).toBeNull()
  })
})

describe('a rule in words', () => {
  const rule: Rule = {
    class_code: 'x',
    name: '',
    match: 'any',
    conditions: [
      { field: 'age', operator: 'between', value: [40, 60] },
      { field: 'gender', operator: 'one_of', value: ['male', 'female'] },
      { field: 'further:income', operator: 'at_least', value: 200000 }
    ]
  }

  it('reads in both languages', async () => {
    await setLanguage('zh')
    await loadWords('data')
    expect(spoken(rule, FIELDS)).toBe('年龄 介于 40 至 60 或 性别 是其中之一 男 / 女 或 收入 不小于 200000 元')
    await setLanguage('en')
    expect(spoken(rule, FIELDS)).toBe('Age between 40 to 60 or Gender is one of male / female or Income at least 200000 yuan')
  })
})

describe('the order', () => {
  it('moves one place and stops at the ends', () => {
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b'])
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b'])
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b'])
  })
})

describe('findings', () => {
  it('come with the refusal about rules and with no other', () => {
    const findings = [{ rule: 1, condition: null, problem: 'no_condition' }]
    expect(findingsOf(new Problem({ status: 422, code: 'class_rules_invalid', params: { findings } }))).toEqual(findings)
    expect(findingsOf(new Problem({ status: 409, code: 'class_taken', params: { findings } }))).toEqual([])
    expect(findingsOf(new Error('x'))).toEqual([])
  })
})
