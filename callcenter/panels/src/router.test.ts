import { describe, expect, it } from 'vitest'
import { homeOf } from './router'

const me = (home: string, rights: string[]) => ({ id: 1, name: 'x', role: 'agent' as const, home, rights })

describe('the first page after logging in', () => {
  it('is the one the server names, where it may be opened', () => {
    expect(homeOf(me('/floor', ['review_calls', 'watch_floor']))).toBe('/floor')
  })

  it('is else the first one this person may open', () => {
    expect(homeOf(me('/field', ['assign_visits']))).toBe('/field/dispatch')
    expect(homeOf(me('/nowhere', []))).toBeUndefined()
  })
})
