import { server, type Schema } from '@/kit/http'

export type FloorSnapshot = Schema<'FloorSnapshot'>
export type FloorLine = Schema<'FloorLine'>
export type FloorStandstill = Schema<'FloorStandstill'>
export type FloorOwed = Schema<'FloorOwed'>
export type FloorSeat = Schema<'FloorSeat'>
export type Keeping = Schema<'Keeping'>
export type SeatState = Schema<'AgentState'>

/** Every state, in the order of the board: agents in calls come first. */
const ORDER: Record<SeatState, true> = { on_call: true, wrap_up: true, preview: true, ready: true, paused: true, offline: true }
export const STATES = Object.keys(ORDER) as SeatState[]

export const floor = () => server.GET('/floor')

export const STREAM = '/floor/stream'
export const EVENT = 'floor'
