import { describe, expect, it } from 'vitest'
import type { Setting } from './api'
import { bodyOf, draftOf, EMPTY, isWhole } from './draft'

const SETTING: Setting = {
  id: 3,
  version: 2,
  group: 'carrier',
  host: 'sip.carrier.example',
  port: 5061,
  transport: 'tls',
  encrypts_sound: true,
  access: 'registration',
  account: 'bank01',
  has_password: true,
  codecs: ['alaw'],
  number_format: 'e164_plus',
  prefix: '',
  channels: 30,
  calls_per_second: 5,
  priority: 2,
  share: 3,
  in_use: true
}

describe('a trunk as a draft', () => {
  it('comes back as it was, with the password it has', () => {
    const body = bodyOf({ ...draftOf('second', SETTING), reason: ' why ' })
    expect({ ...body, id: 3, version: 2, has_password: true }).toEqual({ ...SETTING, password: null, reason: 'why' })
  })

  it('sends no account of a carrier that knows the switch by its address, and no encryption without TLS', () => {
    const body = bodyOf({ ...draftOf('second', SETTING), access: 'address', password: 'x', transport: 'udp' })
    expect(body).toMatchObject({ account: '', password: null, encrypts_sound: false })
  })

  it('needs name, group, server, reason, and for an account its password', () => {
    const draft = { ...draftOf('second', SETTING), reason: 'why' }
    expect(isWhole(draft, SETTING)).toBe(true)
    expect(isWhole(draft, null)).toBe(false)
    expect(isWhole({ ...draft, password: 'p' }, null)).toBe(true)
    expect(isWhole({ ...draft, account: ' ' }, SETTING)).toBe(false)
    expect(isWhole({ ...draft, name: 'Second' }, SETTING)).toBe(false)
    expect(isWhole({ ...draft, codecs: [] }, SETTING)).toBe(false)
    expect(isWhole({ ...draft, reason: '' }, SETTING)).toBe(false)
    expect(isWhole(EMPTY, null)).toBe(false)
  })
})
