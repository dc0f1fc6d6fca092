import { describe, expect, it } from 'vitest'
import { iceOf } from './leg'

describe('the relays of a leg', () => {
  it('are what the server names, with the credential where one is asked for', () => {
    const relays = [
      { urls: ['stun:r.bank.test'], username: '', credential: '' },
      { urls: ['turn:r.bank.test', 'turns:r.bank.test'], username: '1795914000:1001', credential: 'c' }
    ]
    expect(iceOf({ relays, relay_only: true })).toEqual({
      iceServers: [{ urls: ['stun:r.bank.test'] }, { urls: ['turn:r.bank.test', 'turns:r.bank.test'], username: '1795914000:1001', credential: 'c' }],
      iceTransportPolicy: 'relay'
    })
    expect(iceOf({ relays: [], relay_only: false })).toEqual({ iceServers: [], iceTransportPolicy: 'all' })
  })
})
