/** Answering one incoming leg. */
import type { RTCSession } from 'jssip/lib/RTCSession'
import type { PhoneAccount } from './api'

export type IncomingLeg = RTCSession

interface Candidate {
  ready(): void
}

/** Waiting for every ICE candidate takes seconds when one network does not answer; the useful ones come within 300 ms. */
const GATHER_MS = 300

/** A relay answers over one network more. */
const GATHER_RELAYED_MS = 1500

/** What a browser takes as the relays of a phone; without any, phone and switch reach each other directly. */
export function iceOf(account: Pick<PhoneAccount, 'relays' | 'relay_only'>): RTCConfiguration {
  const iceServers = account.relays.map(({ urls, username, credential }) => (username ? { urls, username, credential } : { urls }))
  return { iceServers, iceTransportPolicy: account.relay_only ? 'relay' : 'all' }
}

export function answerLeg(leg: IncomingLeg, microphone: MediaStream, ice: RTCConfiguration, hear: (stream: MediaStream) => void): void {
  const patience = ice.iceServers?.length ? GATHER_RELAYED_MS : GATHER_MS
  let gathering: ReturnType<typeof setTimeout> | undefined
  leg.on('icecandidate', (event) => {
    gathering ??= setTimeout(() => (event as unknown as Candidate).ready(), patience)
  })
  const listen = (connection: RTCPeerConnection) => {
    connection.addEventListener('track', (event) => hear(event.streams[0] ?? new MediaStream([event.track])))
  }
  if (leg.connection) listen(leg.connection)
  else leg.on('peerconnection', ({ peerconnection }) => listen(peerconnection))
  leg.answer({ mediaStream: microphone, pcConfig: ice })
}
