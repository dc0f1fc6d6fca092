import { expect, it } from 'vitest'
import { countOf, percentOf, sizeOf } from './figures'

it('figures are written as people read them', () => {
  expect([countOf(1234567), countOf(0), countOf(undefined)]).toEqual(['1,234,567', '0', '—'])
  expect([0, 900, 1536, 10 * 1024 ** 2, 150 * 1024 ** 2].map(sizeOf)).toEqual(['0 B', '900 B', '1.5 KB', '10.0 MB', '150 MB'])
})

it('a rate that is not known is a dash, not a zero', () => {
  expect([percentOf(null), percentOf(0), percentOf(0.125)]).toEqual(['—', '0.0%', '12.5%'])
})
