import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import zh from './locale/zh'
import { PLACES } from './alerts/places'
import { homeOf, pages, routes, titleOf } from './router'

const SYSTEM = join(import.meta.dirname, '../..')
const python = (file: string) => readFileSync(join(SYSTEM, file), 'utf8')

const me = (home: string, rights: string[]) => ({ id: 1, name: 'x', role: 'agent' as const, home, rights, due: null, alerts: false })

describe('the first page after logging in', () => {
  it('is the one the server names, where it may be opened', () => {
    expect(homeOf(me('/floor', ['review_calls', 'watch_floor']))).toBe('/floor')
  })

  it('is else the first one this person may open', () => {
    expect(homeOf(me('/field', ['assign_visits']))).toBe('/field/dispatch')
    expect(homeOf(me('/nowhere', []))).toBeUndefined()
  })
})

const roles = [...python('people/types.py').matchAll(/Role\.(\w+): frozenset\(\s*\{([^}]*)\}/g)].map(([, role, rights]) => ({
  role: role!,
  rights: [...rights!.matchAll(/Right\.(\w+)/g)].map((right) => right[1]!.toLowerCase())
}))

describe('an alert', () => {
  const kinds = [...python('alerts/rules.py').matchAll(/AlertKind\.(\w+): Right\.(\w+)/g)].map(([, kind, right]) => [kind!.toLowerCase(), right!.toLowerCase()])

  it('leads to a page that everybody who sees it may open', () => {
    expect(kinds.length).toBeGreaterThan(7)
    expect(roles.length).toBeGreaterThan(11)
    const closed = kinds.flatMap(([kind, right]) => {
      const page = pages.find((one) => one.path === PLACES[kind as keyof typeof PLACES].split('?')[0])!
      const shut = roles.filter(({ rights }) => rights.includes(right!) && !page.meta.right!.split(' ').some((one) => rights.includes(one)))
      return shut.map(({ role }) => `${kind}: ${role}`)
    })
    expect(closed).toEqual([])
  })
})

describe('the first page of each role', () => {
  it('is the one the server names: it exists, and the role may open it', () => {
    const homes = [...python('people/rules.py').matchAll(/\(Right\.(\w+), "(\/[\w/]*)"\)/g)].map(([, right, home]) => [right!.toLowerCase(), home!] as const)
    expect(homes.length).toBeGreaterThan(9)
    const wrong = roles.flatMap(({ role, rights }) => {
      const home = homes.find(([right]) => rights.includes(right))?.[1]
      return home && homeOf(me(home, rights)) === home ? [] : [role]
    })
    expect(wrong).toEqual([])
  })
})

describe('a page with data of customers', () => {
  it('carries the name of its reader and the time', () => {
    const marked = pages.filter((page) => page.meta.marked).map((page) => page.path)
    expect(marked).toEqual([
      '/agent',
      '/quality',
      '/field',
      '/field/dispatch',
      '/complaints',
      '/callbacks',
      '/recordings',
      '/leads/new',
      '/leads/lists/:id',
      '/leads/customers',
      '/leads/customers/:id',
      '/leads/dnc'
    ])
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
