import { describe, expect, it } from 'vitest'
import type { Route } from './api'
import { bodyOf, draftOf, EMPTY, isWhole } from './draft'

const ROUTE: Route = {
  id: 3,
  version: 2,
  name: '值班群',
  channel: 'webhook',
  language: 'zh',
  target: 'https://hooks.bank.example',
  signed: true,
  kinds: ['stock_low'],
  after_minutes: 15,
  quiet: { begin: '22:00:00', end: '07:30:00' },
  through_quiet: ['store_down'],
  says_cleared: false
}

describe('a route as a draft', () => {
  it('comes back as it was, without where it leads', () => {
    expect(bodyOf({ ...draftOf(ROUTE), reason: ' why ' })).toEqual({
      name: '值班群',
      channel: 'webhook',
      language: 'zh',
      target: null,
      secret: null,
      kinds: ['stock_low'],
      after_minutes: 15,
      quiet: { begin: '22:00', end: '07:30' },
      through_quiet: ['store_down'],
      says_cleared: false,
      reason: 'why'
    })
  })

  it('sends no exceptions from quiet hours that it does not have', () => {
    expect(bodyOf({ ...draftOf(ROUTE), quiet: false })).toMatchObject({ quiet: null, through_quiet: [] })
  })

  it('needs a name, a reason, and for a new channel where it leads', () => {
    const draft = { ...draftOf(ROUTE), reason: 'why' }
    expect(isWhole(draft, ROUTE)).toBe(true)
    expect(isWhole({ ...draft, name: ' ' }, ROUTE)).toBe(false)
    expect(isWhole({ ...draft, reason: '' }, ROUTE)).toBe(false)
    expect(isWhole({ ...draft, channel: 'mail' }, ROUTE)).toBe(false)
    expect(isWhole({ ...draft, channel: 'mail', target: 'a@b.example' }, ROUTE)).toBe(true)
    expect(isWhole({ ...draft, begin: '07:30' }, ROUTE)).toBe(false)
  })

  it('needs a secret for a signed webhook', () => {
    const fresh = { ...EMPTY, name: 'n', reason: 'r', channel: 'webhook' as const, target: 'https://x.example/' }
    expect(isWhole(fresh, null)).toBe(false)
    expect(isWhole({ ...fresh, secret: 's' }, null)).toBe(true)
  })
})
