import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/kit/http'
import { useSession } from '@/session/store'
import type { Script, Snapshot } from './api'
import * as api from './api'
import { emptyDraft, formOf, missingOf, untickedOf } from './forms'
import { audioConstraints, openMicrophone } from './microphone'
import { switchAddress } from './phone'
import { useDesk } from './store'

const SCRIPT: Script = {
  title: 'x',
  version: 1,
  statements: [
    { key: 'own_name', text: 'x', mandatory: true },
    { key: 'chat', text: 'x', mandatory: false },
    { key: 'licence', text: 'x', mandatory: true }
  ]
}

describe('what a disposition asks for', () => {
  it('is a time for a callback and for a visit, a category for a complaint, a reason where somebody must act', () => {
    const draft = emptyDraft()
    expect(missingOf(draft)).toEqual(['disposition'])
    draft.disposition = 'callback'
    expect(missingOf(draft)).toEqual(['callback_at'])
    draft.disposition = 'success'
    expect(missingOf(draft)).toEqual(['visit_at'])
    draft.disposition = 'complaint'
    expect(missingOf(draft)).toEqual(['category', 'note'])
    draft.disposition = 'unresolved'
    draft.note = '  '
    expect(missingOf(draft)).toEqual(['note'])
    draft.disposition = 'refused'
    expect(missingOf(draft)).toEqual([])
  })

  it('leaves the browser without the fields of another disposition', () => {
    const draft = { ...emptyDraft(), disposition: 'refused' as const, visitAt: '2026-11-24T10:00:00', note: ' no ', permanent: true }
    expect(formOf(draft)).toEqual({ disposition: 'refused', note: 'no', script_ticks: [] })
  })

  it('sends times as instants in Shanghai', () => {
    const draft = { ...emptyDraft(), disposition: 'success' as const, visitAt: '2026-11-24T10:00:00' }
    expect(formOf(draft).visit_at).toBe('2026-11-24T10:00:00+08:00')
  })

  it('names the mandatory statements that were not ticked', () => {
    expect(untickedOf({ ...emptyDraft(), ticks: ['licence'] }, SCRIPT)).toEqual(['own_name'])
    expect(untickedOf(emptyDraft(), null)).toEqual([])
  })
})

describe('the desk', () => {
  const snapshot = (now: string, allowed: api.Verb[] = []): Snapshot => ({
    now, rehearsal: true, seat: null, allowed, lead: null, call: null, script: null, dispositions: [], verdict: null, waiting: null, today: null
  })
  beforeEach(() => {
    setActivePinia(createPinia())
    useSession().me = { id: 1, name: 'x', role: 'agent', rights: [], home: '/agent' }
  })

  async function deskWith(first: Snapshot) {
    const desk = useDesk()
    vi.spyOn(api, 'desk').mockResolvedValue(first)
    await desk.refresh()
    return desk
  }

  it('sends only what the server allows, and one wish at a time', async () => {
    const desk = await deskWith(snapshot('2026-11-23T02:00:00Z', ['ready']))
    let grant: (answer: Snapshot) => void = () => undefined
    const act = vi.fn(() => new Promise<Snapshot>((resolve) => (grant = resolve)))
    expect(await desk.wish('call', act)).toBe(false)
    expect(act).not.toHaveBeenCalled()
    const first = desk.wish('ready', act)
    expect(await desk.wish('ready', act)).toBe(false)
    grant(snapshot('2026-11-23T02:00:01Z', ['pause']))
    expect(await first).toBe(true)
    expect(act).toHaveBeenCalledOnce()
    expect([...desk.allowed]).toEqual(['pause'])
  })

  it('does not go back to an older snapshot that comes late', async () => {
    const desk = await deskWith(snapshot('2026-11-23T02:00:05Z', ['pause']))
    vi.spyOn(api, 'desk').mockResolvedValue(snapshot('2026-11-23T02:00:01Z', ['ready']))
    await desk.refresh()
    expect([...desk.allowed]).toEqual(['pause'])
  })

  it('asks for the truth after a refusal', async () => {
    const desk = await deskWith(snapshot('2026-11-23T02:00:00Z', ['ready']))
    vi.spyOn(api, 'desk').mockResolvedValue(snapshot('2026-11-23T02:00:02Z', ['hang_up']))
    const refused = new Problem({ status: 409, code: 'not_now' })
    expect(await desk.wish('ready', () => Promise.reject(refused))).toBe(false)
    expect([...desk.allowed]).toEqual(['hang_up'])
    expect(desk.busy).toBeNull()
  })
})

describe('the phone', () => {
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
