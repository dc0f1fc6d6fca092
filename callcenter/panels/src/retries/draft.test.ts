import { describe, expect, it } from 'vitest'
import type { Retries } from './api'
import { draftOf, partsOf, retriesOf } from './draft'

const SAVED: Retries = {
  rules: [
    { after: 'busy', delay_minutes: 30, most: 3, spread: true },
    { after: 'thinking', delay_minutes: 4320, most: 2, spread: false }
  ],
  min_gap_minutes: 30,
  day_parts: ['12:00', '18:00']
}

describe('retry rules', () => {
  it('come back as they were when nothing was edited', () => {
    expect(retriesOf(draftOf(SAVED))).toEqual(SAVED)
  })

  it('end the lead after a kind of call that is switched off', () => {
    const draft = draftOf(SAVED)
    expect(draft.lines.find((line) => line.after === 'rejected')?.again).toBe(false)
    draft.lines.find((line) => line.after === 'busy')!.again = false
    expect(retriesOf(draft).rules.map((rule) => rule.after)).toEqual(['thinking'])
  })

  it('keep the parts of the day in order, each once', () => {
    expect(retriesOf({ ...draftOf(SAVED), parts: ['18:00', '12:00', '12:00', ''] }).day_parts).toEqual(['12:00', '18:00'])
    expect(partsOf(['18:00', '12:00'])).toEqual(['00:00–12:00', '12:00–18:00', '18:00–24:00'])
    expect(partsOf([])).toEqual(['00:00–24:00'])
  })
})
