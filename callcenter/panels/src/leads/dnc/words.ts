import { countOf } from '@/kit/figures'
import { say, wordFor } from '@/locale'

const SPOILS = new Set(['bad_character', 'too_long', 'too_wide', 'formula_without_value', 'bad_cell'])

/** Why a row of a list holds no number, in words; a row that cannot be read has the intake's words for it. */
export function reasonWord(code: string): string {
  if (code === 'not_a_hash') return say('dnc.notAHash')
  return wordFor(SPOILS.has(code) ? 'spoil' : 'reject', code)
}

/** Why rows of a list are malformed, in words; what no number could be has the intake's own words. */
export function malformedWords(reasons: Record<string, number>): { word: string; count: string }[] {
  return Object.entries(reasons)
    .filter(([, count]) => count > 0)
    .map(([code, count]) => ({
      word: reasonWord(code),
      count: countOf(count)
    }))
}
