import { describe, expect, it, vi } from 'vitest'
import type * as api from './api'
import { audioConstraints, openMicrophone } from './microphone'
import { createPhone, switchAddress } from './phone'

type Heard = (event?: unknown) => void

/** What the library does for the phone: registers, and brings the leg of the switch. */
const fakeSip = vi.hoisted(() => {
  class Ears {
    private readonly ears = new Map<string, Heard[]>()
    on(name: string, heard: Heard) {
      this.ears.set(name, [...(this.ears.get(name) ?? []), heard])
    }
    fire(name: string, event?: unknown) {
      this.ears.get(name)?.forEach((heard) => heard(event))
    }
    removeAllListeners() {
      this.ears.clear()
    }
  }
  class Leg extends Ears {
    terminated = false
    sent: number[] = []
    connection = {
      addEventListener: () => undefined,
      getSenders: () => [{ track: { kind: 'audio' }, replaceTrack: async (track: { number: number }) => void this.sent.push(track.number) }]
    }
    answer() {
      this.fire('confirmed')
    }
    isEnded = () => this.terminated
    isEstablished = () => !this.terminated
    terminate() {
      this.terminated = true
    }
  }
  class UA extends Ears {
    registrations = 0
    private ok = false
    constructor() {
      super()
      uas.push(this)
      this.on('registered', () => (this.ok = true))
    }
    start() {}
    stop() {}
    register() {
      this.registrations++
    }
    isConnected = () => true
    isRegistered = () => this.ok
    call() {
      const leg = new Leg()
      this.fire('newRTCSession', { originator: 'remote', session: leg })
      return leg
    }
  }
  const uas: UA[] = []
  return { UA, WebSocketInterface: class {}, uas }
})
vi.mock('jssip', () => fakeSip)

describe('the phone', () => {
  /** A browser in which locks are held by one and the microphone is granted when the test says so. */
  function browser() {
    let held: Promise<unknown> | null = null
    let robbed: ((why: unknown) => void) | null = null
    const asked: ((stream: unknown) => void)[] = []
    const stopped: number[] = []
    const grant = (number: number) => asked[number]!({ getTracks: () => [{ stop: () => stopped.push(number) }], getAudioTracks: () => [] })
    vi.stubGlobal('isSecureContext', true)
    vi.stubGlobal('navigator', {
      mediaDevices: { getUserMedia: () => new Promise((resolve) => asked.push(resolve)) },
      locks: {
        async request(_: string, options: { steal?: boolean }, holder: () => Promise<void>) {
          await Promise.resolve()
          if (held && !options.steal) throw new DOMException('', 'AbortError')
          robbed?.(new DOMException('', 'AbortError'))
          const mine: Promise<unknown> = holder().finally(() => held === mine && (held = null))
          held = mine
          await Promise.race([mine, new Promise((_, fail) => (robbed = fail))])
        }
      }
    })
    return { grant, asked, stopped, held: () => held !== null }
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve))
  const account = () => Promise.resolve({ extension: '1001', password: 'x', websocket_url: 'ws://127.0.0.1:1/ws', realm: 'x' } as api.PhoneAccount)

  /** A phone with a microphone and a user agent that the test moves. */
  async function registered() {
    class Track extends EventTarget {
      readyState = 'live'
      kind = 'audio'
      constructor(readonly number: number) {
        super()
      }
      stop() {
        this.readyState = 'ended'
      }
    }
    const asked: { give: (stream: unknown) => void; refuse: (why: unknown) => void }[] = []
    const devices = Object.assign(new EventTarget(), {
      getUserMedia: () => new Promise((give, refuse) => asked.push({ give, refuse }))
    })
    vi.stubGlobal('isSecureContext', true)
    vi.stubGlobal('navigator', { mediaDevices: devices, locks: { request: (_: string, _options: unknown, holder: () => Promise<void>) => holder() } })
    let track: Track
    const give = (number: number) => {
      const mine = (track = new Track(number))
      asked[number]!.give({ getTracks: () => [mine], getAudioTracks: () => [mine] })
    }
    fakeSip.uas.length = 0
    const phone = createPhone(document.createElement('audio'))
    void phone.start(account)
    await settled()
    give(0)
    await vi.waitFor(() => expect(fakeSip.uas).toHaveLength(1))
    const grant = {
      phone,
      give,
      refuse: (number: number) => asked[number]!.refuse(new DOMException('', 'NotFoundError')),
      unplug() {
        track.readyState = 'ended'
        track.dispatchEvent(new Event('ended'))
      },
      plugIn: () => devices.dispatchEvent(new Event('devicechange'))
    }
    return { grant, uas: fakeSip.uas }
  }

  it('that was stopped while it began lets its lock and its microphone go, and takes none of the next beginning', async () => {
    const { grant, asked, stopped, held } = browser()
    const phone = createPhone(document.createElement('audio'))
    const never = () => new Promise<api.PhoneAccount>(() => undefined)
    void phone.start(never)
    phone.stop() // while the lock is being asked for
    await settled()
    expect([held(), phone.state.state]).toEqual([false, 'off'])

    void phone.start(never)
    await settled()
    phone.stop() // while the browser asks the agent for the microphone
    await settled()
    expect(held()).toBe(false)
    void phone.start(never)
    await settled()
    expect([asked.length, phone.state.problem]).toEqual([2, null])
    grant(0)
    await settled()
    expect([stopped, held(), phone.state.state]).toEqual([[0], true, 'connecting'])
    grant(1)
    await settled()
    expect([stopped, held()]).toEqual([[0], true])
    phone.stop()
    await settled()
    expect([stopped, held()]).toEqual([[0, 1], false])
    vi.unstubAllGlobals()
  })

  it('is taken over by another window, and the one before says so and lets its microphone go', async () => {
    const { grant, stopped } = browser()
    const [first, second] = [createPhone(document.createElement('audio')), createPhone(document.createElement('audio'))]
    const never = () => new Promise<api.PhoneAccount>(() => undefined)
    void first.start(never)
    await settled()
    grant(0)
    await settled()
    await second.start(never)
    expect([first.state.problem, second.state.problem]).toEqual([null, 'elsewhere'])
    void second.takeOver(never)
    await settled()
    await settled()
    expect([first.state.problem, first.state.state, second.state.problem, second.state.state]).toEqual(['elsewhere', 'failed', null, 'connecting'])
    expect(stopped).toEqual([0])
    second.stop()
    vi.unstubAllGlobals()
  })

  it('keeps a leg that is up whatever becomes of its registration, and forgets a refusal that is over', async () => {
    const { grant, uas } = await registered()
    const [ua] = uas
    const phone = grant.phone
    ua!.fire('registered')
    expect([phone.state.state, phone.state.problem]).toEqual(['registered', null])
    const leg = ua!.call()
    expect(phone.state.state).toBe('up')
    ua!.fire('registrationFailed', { cause: 'Rejected' })
    expect([phone.state.state, phone.state.problem]).toEqual(['up', 'rejected'])
    await phone.again(account)
    expect([leg.terminated, ua!.registrations]).toEqual([false, 1])
    ua!.fire('registered')
    expect([phone.state.state, phone.state.problem]).toEqual(['up', null])
    phone.stop()
    vi.unstubAllGlobals()
  })

  it('takes another microphone into the running conversation when its own is pulled out, or says so until there is one', async () => {
    const { grant, uas } = await registered()
    const phone = grant.phone
    uas[0]!.fire('registered')
    const leg = uas[0]!.call()
    grant.unplug()
    await settled()
    grant.refuse(1)
    await settled()
    expect([phone.state.state, phone.state.problem, leg.terminated]).toEqual(['up', 'microphone_lost', false])
    grant.plugIn()
    await settled()
    grant.give(2)
    await settled()
    expect([phone.state.state, phone.state.problem]).toEqual(['up', null])
    expect(leg.sent).toEqual([2])
    phone.stop()
    vi.unstubAllGlobals()
  })

  it('finds the switch by address or by path', () => {
    expect(switchAddress('ws://127.0.0.1:8088/ws')).toBe('ws://127.0.0.1:8088/ws')
    expect(switchAddress('/phone/ws', 'https://x.example/agent')).toBe('wss://x.example/phone/ws')
  })

  it('keeps the sound raw for tests only', () => {
    expect(audioConstraints(true)).toEqual({ echoCancellation: false, noiseSuppression: false, autoGainControl: false })
    expect(audioConstraints(false).echoCancellation).toBe(true)
  })

  it('says why there is no microphone', async () => {
    const refuse = (name: string) =>
      vi.stubGlobal('navigator', {
        mediaDevices: { getUserMedia: () => Promise.reject(new DOMException('', name)) }
      })
    refuse('NotAllowedError')
    expect(await openMicrophone()).toBe('microphone_denied')
    refuse('NotFoundError')
    expect(await openMicrophone()).toBe('microphone_missing')
    refuse('NotReadableError')
    expect(await openMicrophone()).toBe('microphone_busy')
    vi.stubGlobal('navigator', {})
    expect(await openMicrophone()).toBe('insecure')
    vi.unstubAllGlobals()
  })
})
