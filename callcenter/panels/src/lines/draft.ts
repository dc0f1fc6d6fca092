/** What a person edits of a trunk, and what is sent of it. */
import type { Setting, TrunkBody } from './api'

export type Draft = Omit<Setting, 'id' | 'version' | 'has_password'> & { name: string; password: string; reason: string }

export const EMPTY: Draft = {
  name: '',
  group: '',
  host: '',
  port: 5060,
  transport: 'udp',
  encrypts_sound: false,
  access: 'address',
  account: '',
  password: '',
  codecs: ['alaw', 'ulaw'],
  number_format: 'national',
  prefix: '',
  channels: 0,
  calls_per_second: 0,
  priority: 1,
  share: 1,
  in_use: true,
  reason: ''
}

/** The password is not shown again, so its field begins empty: empty means unchanged. */
export function draftOf(name: string, setting: Setting): Draft {
  const draft: Draft = { ...EMPTY, ...setting, codecs: [...setting.codecs], name }
  return Object.fromEntries(Object.keys(EMPTY).map((key) => [key, draft[key as keyof Draft]])) as unknown as Draft
}

export function bodyOf(draft: Draft): TrunkBody {
  const signs = draft.access !== 'address'
  return {
    group: draft.group.trim(),
    host: draft.host.trim(),
    port: draft.port,
    transport: draft.transport,
    encrypts_sound: draft.encrypts_sound && draft.transport === 'tls',
    access: draft.access,
    account: signs ? draft.account.trim() : '',
    password: (signs && draft.password) || null,
    codecs: draft.codecs,
    number_format: draft.number_format,
    prefix: draft.prefix.trim(),
    channels: draft.channels,
    calls_per_second: draft.calls_per_second,
    priority: draft.priority,
    share: draft.share,
    in_use: draft.in_use,
    reason: draft.reason.trim()
  }
}

const NAME = /^[a-z][a-z0-9-]{0,30}$/

/** Whether all that must be entered is there; the server judges the rest. */
export function isWhole(draft: Draft, setting: Setting | null): boolean {
  const signs = draft.access === 'address' || (draft.account.trim() !== '' && (draft.password !== '' || setting?.has_password === true))
  return NAME.test(draft.name) && NAME.test(draft.group.trim()) && draft.host.trim() !== '' && draft.codecs.length > 0 && signs && draft.reason.trim() !== ''
}
