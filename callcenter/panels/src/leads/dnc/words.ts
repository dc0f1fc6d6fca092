import { countOf } from '@/kit/figures'
import { say, wordFor } from '@/locale'

/** Why rows of a list are malformed, in words; what no number could be has the intake's own words. */
export function malformedWords(reasons: Record<string, number>): { word: string; count: string }[] {
  return Object.entries(reasons)
    .filter(([, count]) => count > 0)
    .map(([code, count]) => ({
      word: code === 'not_a_hash' ? say('dnc.notAHash') : wordFor('reject', code),
      count: countOf(count)
    }))
}
