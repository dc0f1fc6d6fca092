import { server, type Schema } from '@/kit/http'

export type Trunk = Schema<'TrunkOut'>
export type Setting = Schema<'TrunkSetting'>
export type TrunkBody = Omit<Schema<'NewTrunk'>, 'name'>
export type State = Schema<'TrunkState'>

const ALL_TRANSPORTS: Record<Setting['transport'], true> = { udp: true, tcp: true, tls: true }
const ALL_ACCESS: Record<Setting['access'], true> = { address: true, registration: true, signed: true }
const ALL_FORMATS: Record<Setting['number_format'], true> = { national: true, e164: true, e164_plus: true }
const ALL_CODECS: Record<Setting['codecs'][number], true> = { alaw: true, ulaw: true }
export const TRANSPORTS = Object.keys(ALL_TRANSPORTS) as Setting['transport'][]
export const ACCESS = Object.keys(ALL_ACCESS) as Setting['access'][]
export const FORMATS = Object.keys(ALL_FORMATS) as Setting['number_format'][]
export const CODECS = Object.keys(ALL_CODECS) as Setting['codecs']
export const STATE_TONES: Record<State, string> = { in_use: 'good', paused: 'bad', probing: 'warn' }

export const trunks = () => server.GET('/trunks')
export const addTrunk = (name: string, body: TrunkBody) => server.POST('/trunks', { body: { ...body, name } })
export const changeTrunk = (setting: Setting, body: TrunkBody) =>
  server.PUT('/trunks/{trunk_id}', { params: { path: { trunk_id: setting.id } }, body: { ...body, version: setting.version } })
export const removeTrunk = (trunk_id: number, reason: string) => server.POST('/trunks/{trunk_id}/remove', { params: { path: { trunk_id } }, body: { reason } })
