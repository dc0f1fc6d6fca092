import { describe, expect, it } from 'vitest'
import { homeOf, routes, titleOf } from './router'
import zh from './locale/zh'

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

describe('the title of a page', () => {
  const word = (key: string) => key.split('.').reduce<unknown>((words, part) => (words as Record<string, unknown>)[part], zh)

  it.each(routes.filter((route) => route.path !== '/').map((route) => [route.path, route.meta ?? {}] as const))('%s has one', (_, meta) => {
    expect(word(titleOf(meta)!)).toBeTypeOf('string')
  })

  it('is another for each page', () => {
    const titles = routes.map((route) => titleOf(route.meta ?? {})).filter(Boolean)
    expect(new Set(titles).size).toBe(titles.length)
  })
})
