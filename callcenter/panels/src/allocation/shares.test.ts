import { describe, expect, it } from 'vitest'
import type { Share } from './api'
import { classesOf, countOf, districtsOf, excluded, OTHERS, percentOf, served } from './shares'

const share = (by_class: Record<string, number>, changes: Partial<Share> = {}): Share => ({
  agent_id: 1, name: 'A', branch: '总行', quota: 30, day_quota: 30, part: 100, carried: 0, new: 0, by_class, by_district: {}, returned: 0, reassigned: 0, excluded: null, ...changes
})

describe('classes as columns', () => {
  it('come in the order of their size, without those nobody got', () => {
    expect(classesOf([share({ b: 1, a: 1, c: 5, z: 0 }), share({ a: 1, b: 1 })])).toEqual(['c', 'a', 'b'])
  })

  it('share a column when there are many, and lose no lead in it', () => {
    const many = share({ a: 9, b: 8, c: 7, d: 6, e: 5, f: 4, g: 3, '': 2 })
    const columns = classesOf([many])
    expect(columns).toEqual(['a', 'b', 'c', 'd', 'e', OTHERS])
    expect(columns.reduce((sum, name) => sum + countOf(many, name, columns), 0)).toBe(44)
    expect(countOf(many, OTHERS, columns)).toBe(9)
  })
})

it('who is excluded stands apart', () => {
  const away = share({}, { excluded: 'licence' })
  const here = share({ a: 1 })
  expect([served([away, here]), excluded([away, here])]).toEqual([[here], [away]])
})

it('bars and districts', () => {
  expect([percentOf(10, 0), percentOf(40, 30), percentOf(15, 30)]).toEqual([0, 100, 50])
  expect(districtsOf(share({}, { by_district: { 西: 1, 东: 3, 北: 1 } })).map(([name]) => name)[0]).toBe('东')
})
