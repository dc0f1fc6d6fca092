import { describe, expect, it } from 'vitest'
import { RESULTS, type Total } from './api'
import { partsOf, percentOf, SEGMENTS, sizeOf } from './show'

describe('the bar of a total', () => {
  it('has every result in exactly one part', () => {
    expect(SEGMENTS.flatMap((segment) => segment.results).sort()).toEqual([...RESULTS].sort())
  })

  it('adds up to everything', () => {
    const results = Object.fromEntries(RESULTS.map((result, index) => [result, index + 1])) as Total['results']
    const leads = RESULTS.length * (RESULTS.length + 1) / 2
    const parts = partsOf({ leads, results } as Total)
    expect(parts.reduce((sum, part) => sum + part.count, 0)).toBe(leads)
    expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1)
  })

  it('is empty where nothing is', () => {
    const results = Object.fromEntries(RESULTS.map((result) => [result, 0])) as Total['results']
    expect(partsOf({ leads: 0, results } as Total).every((part) => part.share === 0)).toBe(true)
  })
})

it('figures nobody can tell are a dash, not a zero', () => {
  expect(percentOf(null)).toBe('—')
  expect(percentOf(0.125)).toBe('12.5%')
  expect(sizeOf(300)).toBe('1 KB')
  expect(sizeOf(88_101_778)).toBe('84.0 MB')
})
