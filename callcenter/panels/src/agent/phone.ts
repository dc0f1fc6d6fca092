/**
 * The browser phone: registers at the switch by SIP over WebSocket and answers the agent's permanent leg by itself. Only
 * the switch calls this phone, and only for that leg; customers are joined to it inside the switch.
 */
import type { RTCSessionEvent, UA } from 'jssip/lib/UA'
import { reactive, readonly } from 'vue'
import type { PhoneAccount } from './api'
import { answerLeg, type IncomingLeg } from './leg'
import { openMicrophone } from './microphone'

export type PhoneState = 'off' | 'connecting' | 'registered' | 'up' | 'failed'
export type PhoneProblem =
  | 'microphone_denied'
  | 'microphone_missing'
  | 'microphone_busy'
  | 'microphone_lost'
  | 'insecure'
  | 'unreachable'
  | 'rejected'
  | 'elsewhere'

interface State {
  state: PhoneState
  problem: PhoneProblem | null
  /** The browser requires a click before it plays sound. */
  silent: boolean
}

const RETRY_MS = 3000
const LOCK = 'callcenter.phone'
/** A lock that this window, or its page before a reload, has just released is free only after a moment. */
const LOCK_MS = 3000

/** `websocket_url` may be absolute or a path of this site. */
export function switchAddress(url: string, base: string = window.location.href): string {
  return new URL(url, base).href.replace(/^http/, 'ws')
}

/** `holding`: called when this window has the phone, or would have it if the browser let it. */
export function createPhone(audio: HTMLAudioElement, holding: () => void = () => undefined) {
  const state = reactive<State>({ state: 'off', problem: null, silent: false })
  let agent: UA | null = null
  let microphone: MediaStream | null = null
  let leg: IncomingLeg | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  /** Grows with every start and stop, so that a step that was begun before a stop does nothing after it. */
  let life = 0
  let letGo: (() => void) | null = null

  const become = (next: PhoneState, problem: PhoneProblem | null = null) => {
    state.state = next
    state.problem = problem
  }
  /** What the registration does never ends a leg: a conversation goes on without it. */
  const unlessUp = (next: PhoneState): PhoneState => (leg?.isEstablished() ? 'up' : next)

  const play = () => {
    audio.play().then(
      () => (state.silent = false),
      () => (state.silent = audio.srcObject !== null)
    )
  }

  async function takeLeg(incoming: IncomingLeg) {
    const older = leg
    leg = incoming
    incoming.on('ended', () => drop(incoming))
    incoming.on('failed', () => drop(incoming))
    incoming.on('confirmed', () => leg === incoming && become('up'))
    if (!isLive(microphone)) await findMicrophone()
    if (!microphone || incoming.isEnded()) return incoming.isEnded() || incoming.terminate({ status_code: 480 })
    answerLeg(incoming, microphone, (stream) => {
      audio.srcObject = stream
      play()
    })
    if (older && !older.isEnded()) older.terminate()
  }

  function drop(ended: IncomingLeg) {
    if (leg !== ended) return
    leg = null
    audio.srcObject = null
    if (agent) become(agent.isRegistered() ? 'registered' : 'connecting', agent.isRegistered() ? null : state.problem)
  }

  /** Opens the microphone for the present life; one that is granted after a stop is closed again. */
  async function findMicrophone(): Promise<boolean> {
    const mine = life
    const found = await openMicrophone()
    if (typeof found === 'string') {
      if (mine === life) become('failed', found)
      return false
    }
    if (mine !== life) {
      close(found)
      return false
    }
    close(microphone)
    microphone = found
    found.getAudioTracks().forEach((track) => track.addEventListener('ended', () => microphone === found && void replaceMicrophone()))
    return true
  }

  /** Takes another microphone when the headset is pulled out, into the running conversation too, or waits for one. */
  async function replaceMicrophone(): Promise<void> {
    const mine = life
    if (await findMicrophone()) {
      const track = microphone?.getAudioTracks()[0] ?? null
      const senders = leg?.connection?.getSenders() ?? []
      await Promise.all(senders.filter((one) => one.track?.kind !== 'video').map((one) => one.replaceTrack(track)))
      if (mine === life) become(unlessUp(agent?.isRegistered() ? 'registered' : 'connecting'))
    } else if (mine === life) {
      become(unlessUp('failed'), 'microphone_lost')
      navigator.mediaDevices?.addEventListener('devicechange', () => mine === life && !isLive(microphone) && void replaceMicrophone(), { once: true })
    }
  }

  function register(jssip: typeof import('jssip'), account: PhoneAccount) {
    agent = new jssip.UA({
      sockets: new jssip.WebSocketInterface(switchAddress(account.websocket_url)),
      uri: `sip:${account.extension}@${account.realm}`,
      authorization_user: account.extension,
      password: account.password,
      register: true,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 5,
      user_agent: 'callcenter'
    })
    agent.on('registered', () => become(unlessUp('registered')))
    agent.on('unregistered', () => become(unlessUp('connecting')))
    agent.on('disconnected', () => become(unlessUp('connecting'), 'unreachable'))
    agent.on('connected', () => become(unlessUp('connecting')))
    agent.on('registrationFailed', (event) => {
      become(unlessUp('failed'), event.cause === 'Connection Error' ? 'unreachable' : 'rejected')
      clearTimeout(retry)
      retry = setTimeout(() => agent?.isConnected() && agent.register(), RETRY_MS)
    })
    agent.on('newRTCSession', (event: RTCSessionEvent) => {
      if (event.originator === 'remote') void takeLeg(event.session)
    })
    agent.start()
  }

  /** Another window has taken the phone over: it has the conversation from now on. */
  function lost(): void {
    stop()
    become('failed', 'elsewhere')
  }

  /**
   * Opens the microphone and registers. One phone per browser: a second window shows that another window has the phone,
   * and takes it from there (`steal`) when the agent says so.
   */
  async function start(account: () => Promise<PhoneAccount>, steal = false): Promise<void> {
    if (agent || state.state === 'connecting') return
    become('connecting')
    if (!window.isSecureContext) {
      holding()
      return become('failed', 'insecure')
    }
    const mine = ++life
    // The lock is kept by the life that asked for it: one that was stopped meanwhile gives its lock back, so that it
    // neither takes the lock of the next life nor lets it go.
    const lock = letGo ?? (await holdLock(steal, lost))
    if (mine !== life) return lock?.()
    letGo = lock
    if (!letGo) return become('failed', 'elsewhere')
    holding()
    try {
      if (!(await findMicrophone())) return
      // The library is a third of the desk's size: it comes with the first registration, not with the page.
      const [jssip, given] = await Promise.all([import('jssip'), account()])
      if (mine === life) register(jssip, given)
    } catch {
      if (mine !== life) return
      become('failed', 'unreachable')
      retry = setTimeout(() => void start(account), RETRY_MS)
    }
  }

  /** Tries again what has failed, without ending a leg that is up. */
  async function again(account: () => Promise<PhoneAccount>): Promise<void> {
    if (!isLive(microphone) && agent) return replaceMicrophone()
    if (leg?.isEstablished()) {
      if (agent?.isConnected()) agent.register() // a lost connection is opened again by the library itself
      return
    }
    stop()
    await start(account)
  }

  function stop(): void {
    clearTimeout(retry)
    if (leg && !leg.isEnded()) leg.terminate()
    leg = null
    agent?.removeAllListeners()
    agent?.stop()
    agent = null
    life += 1
    release()
    become('off')
  }

  function release(): void {
    close(microphone)
    microphone = null
    audio.srcObject = null
    letGo?.()
    letGo = null
  }

  /** Takes the phone from the window that has it. */
  async function takeOver(account: () => Promise<PhoneAccount>): Promise<void> {
    stop()
    await start(account, true)
  }

  return { state: readonly(state), start, again, takeOver, stop, play, stream: () => microphone }
}

function isLive(stream: MediaStream | null): boolean {
  return !!stream?.getAudioTracks().some((track) => track.readyState === 'live')
}

function close(stream: MediaStream | null): void {
  stream?.getTracks().forEach((track) => track.stop())
}

export type Phone = ReturnType<typeof createPhone>

/**
 * Holds the browser-wide lock until the returned function is called; null when another window holds it. `steal`: takes it
 * from that window, which is notified by its own `lost`.
 */
function holdLock(steal: boolean, lost: () => void): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    let holds = false
    const held = () =>
      new Promise<void>((release) => {
        holds = true
        resolve(() => release())
      })
    const options = steal ? { steal } : { signal: AbortSignal.timeout(LOCK_MS) }
    navigator.locks.request(LOCK, options, held).catch(() => (holds ? lost() : resolve(null)))
  })
}
