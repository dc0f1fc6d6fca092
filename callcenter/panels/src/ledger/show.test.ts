import { describe, expect, it } from 'vitest'
import { RESULTS, type Total } from './api'
import { partsOf, SEGMENTS } from './show'

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
