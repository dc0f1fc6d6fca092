/** Answering one incoming leg. */
import type { RTCSession } from 'jssip/lib/RTCSession'

export type IncomingLeg = RTCSession

interface Candidate {
  ready(): void
}

/** Waiting for every ICE candidate takes seconds when one network does not answer; the useful ones come within 300 ms. */
const GATHER_MS = 300

export function answerLeg(leg: IncomingLeg, microphone: MediaStream, hear: (stream: MediaStream) => void): void {
  let gathering: ReturnType<typeof setTimeout> | undefined
  leg.on('icecandidate', (event) => {
    gathering ??= setTimeout(() => (event as unknown as Candidate).ready(), GATHER_MS)
  })
  const listen = (connection: RTCPeerConnection) => {
    connection.addEventListener('track', (event) => hear(event.streams[0] ?? new MediaStream([event.track])))
  }
  if (leg.connection) listen(leg.connection)
  else leg.on('peerconnection', ({ peerconnection }) => listen(peerconnection))
  leg.answer({ mediaStream: microphone, pcConfig: { iceServers: [] } })
}
