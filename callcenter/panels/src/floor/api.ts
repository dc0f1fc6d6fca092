import { server, type Schema } from '@/kit/http'

export type FloorSnapshot = Schema<'FloorSnapshot'>
export type FloorLine = Schema<'FloorLine'>
export type FloorStandstill = Schema<'FloorStandstill'>
export type FloorOwed = Schema<'FloorOwed'>
export type FloorSeat = Schema<'FloorSeat'>
export type FloorVerb = Schema<'FloorVerb'>
export type FloorSending = Schema<'FloorSending'>
export type Keeping = Schema<'Keeping'>
export type SeatState = Schema<'AgentState'>

/** Every state, in the order of the board: agents in calls come first. */
const ORDER: Record<SeatState, true> = { on_call: true, wrap_up: true, preview: true, ready: true, paused: true, offline: true }
export const STATES = Object.keys(ORDER) as SeatState[]

export const floor = () => server.GET('/floor')

export const STREAM = '/floor/stream'
export const EVENT = 'floor'

/** Which right each act needs; the server asks for it again. */
const RIGHTS: Partial<Record<FloorVerb, string>> = { listen: 'listen_live' }
export const rightOf = (verb: FloorVerb) => RIGHTS[verb] ?? 'manage_agents'

/** The acts that join the leader's phone to a conversation. */
export const JOINING = ['listen', 'whisper', 'barge'] as const satisfies FloorVerb[]
export type Joining = (typeof JOINING)[number]
export const isJoining = (verb: FloorVerb): verb is Joining => (JOINING as readonly FloorVerb[]).includes(verb)

const of = (agent_id: number) => ({ path: { agent_id } })
export const sendMessage = (agent_ids: number[] | null, text: string) => server.POST('/floor/messages', { body: { agent_ids, text } })
export const sentMessages = () => server.GET('/floor/messages')
export const phoneFor = (agent_id: number) => server.GET('/floor/seats/{agent_id}/phone', { params: of(agent_id) })
export const answerHelp = (agent_id: number) => server.POST('/floor/seats/{agent_id}/help', { params: of(agent_id) })

/** Carries one act out, for the reason that the trail keeps. */
export function act(agent_id: number, verb: FloorVerb, reason: string): Promise<unknown> {
  const params = of(agent_id)
  const body = { reason }
  switch (verb) {
    case 'listen':
      return server.POST('/floor/seats/{agent_id}/listen', { params, body })
    case 'whisper':
    case 'barge':
      return server.POST('/floor/seats/{agent_id}/join', { params, body: { kind: verb, reason } })
    case 'pause':
      return server.POST('/floor/seats/{agent_id}/pause', { params, body: { code: 'meeting', reason } })
    case 'ready':
      return server.POST('/floor/seats/{agent_id}/ready', { params, body })
    case 'log_off':
      return server.POST('/floor/seats/{agent_id}/log-off', { params, body })
    case 'hang_up':
      return server.POST('/floor/seats/{agent_id}/hang-up', { params, body })
    case 'help':
      return answerHelp(agent_id)
  }
}
