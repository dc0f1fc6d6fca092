import { expect, test } from 'vitest'
import { standingOf } from './api'

const row = { state: 'due', overdue: false, moved: false } as const

test('being late is said before being moved, and an ended callback is neither', () => {
  expect(standingOf(row).word).toBe('open')
  expect(standingOf({ ...row, moved: true }).word).toBe('moved')
  expect(standingOf({ ...row, moved: true, overdue: true }).word).toBe('overdue')
  expect(standingOf({ ...row, state: 'active' }).word).toBe('active')
  expect(standingOf({ ...row, state: 'done', overdue: true }).word).toBe('done')
  expect(standingOf({ ...row, state: 'lapsed' }).word).toBe('lapsed')
})
