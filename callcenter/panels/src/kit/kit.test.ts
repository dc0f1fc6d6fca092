import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { get, onLoggedOut, post, Problem } from './http'
import { isTyping, nameOf } from './keys'
import { openSocket, pauseBefore, socketAddress } from './stream'
import { addDays, dateOf, instantOf, momentOf, pickerDate, serverNow, setServerNow, spanOf, timeOf } from './time'

describe('business time', () => {
  it('is Shanghai’s, wherever the browser stands', () => {
    expect(dateOf('2026-11-22T16:30:00Z')).toBe('2026-11-23')
    expect(timeOf('2026-11-22T16:30:00Z')).toBe('00:30')
    expect(momentOf('2026-11-23T02:30:00Z')).toBe('11-23 10:30')
    expect(momentOf(null)).toBe('—')
  })

  it('goes back to the instant that was entered', () => {
    expect(Date.parse(instantOf('2026-11-24T10:00:00'))).toBe(Date.parse('2026-11-24T02:00:00Z'))
    expect(pickerDate(Date.parse('2026-11-24T02:00:00Z')).getHours()).toBe(10)
  })

  it('counts days over the end of a month', () => {
    expect(addDays('2026-11-30', 1)).toBe('2026-12-01')
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
  })

  it('shows spans as people read them', () => {
    expect(spanOf(75.9)).toBe('1:15')
    expect(spanOf(3675)).toBe('1:01:15')
    expect(spanOf(-3)).toBe('0:00')
  })

  it('follows the server’s clock', () => {
    setServerNow('2030-01-01T00:00:00Z')
    expect(Math.abs(serverNow() - Date.parse('2030-01-01T00:00:00Z'))).toBeLessThan(2000)
    setServerNow(new Date().toISOString())
  })
})

describe('requests', () => {
  const answer = (status: number, body: unknown) =>
    vi.stubGlobal('fetch', vi.fn().mockResolvedValue(new Response(body === null ? null : JSON.stringify(body), { status })))
  afterEach(() => vi.unstubAllGlobals())

  it('carry the header no foreign page can add', async () => {
    answer(200, {})
    await post('/desk/ready')
    const [url, init] = vi.mocked(fetch).mock.calls[0]!
    expect(url).toBe('/api/v1/desk/ready')
    expect((init?.headers as Record<string, string>)['X-Requested-With']).toBe('callcenter')
  })

  it('bring a refusal with its code, rule and parameters', async () => {
    answer(409, { code: 'may_not_call', rule: 'C1.window', status: 409, detail: 'closed', params: { until: 1 } })
    const refusal = await post('/desk/call').catch((problem: unknown) => problem)
    expect(refusal).toBeInstanceOf(Problem)
    expect(refusal).toMatchObject({ code: 'may_not_call', rule: 'C1.window', params: { until: 1 } })
  })

  it('tell a lost line and a broken proxy apart from refusals', async () => {
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('no line')))
    await expect(get('/desk')).rejects.toMatchObject({ code: 'offline', status: 0 })
    vi.stubGlobal('fetch', vi.fn().mockResolvedValue(new Response('<html>', { status: 502 })))
    await expect(get('/desk')).rejects.toMatchObject({ code: 'unavailable', status: 502 })
  })

  it('notice an ended session, but not a wrong password', async () => {
    const out = vi.fn()
    onLoggedOut(out)
    answer(401, { code: 'bad_credentials' })
    await post('/session').catch(() => undefined)
    expect(out).not.toHaveBeenCalled()
    answer(401, { code: 'not_logged_in' })
    await get('/desk').catch(() => undefined)
    expect(out).toHaveBeenCalledOnce()
  })

  it('take an answer without a body', async () => {
    answer(204, null)
    await expect(post('/x')).resolves.toBeUndefined()
  })
})

describe('a live line', () => {
  class FakeSocket {
    static all: FakeSocket[] = []
    onmessage: ((event: { data: string }) => void) | null = null
    onclose: (() => void) | null = null
    constructor(readonly url: string) {
      FakeSocket.all.push(this)
    }
    close() {
      this.onclose?.()
    }
  }
  const line = vi.fn()
  const take = vi.fn()
  const retry = vi.fn()

  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('WebSocket', FakeSocket)
    FakeSocket.all = []
    ;[line, take, retry].forEach((mock) => mock.mockReset())
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('opens again after it was lost, asks who is logged in, and says so', () => {
    const live = openSocket('/desk/stream', { take, line, retry })
    FakeSocket.all[0]!.onmessage!({ data: '{"now":1}' })
    expect(take).toHaveBeenCalledWith({ now: 1 })
    FakeSocket.all[0]!.close()
    expect(line).toHaveBeenLastCalledWith(false)
    vi.advanceTimersByTime(pauseBefore(0))
    expect(retry).toHaveBeenCalledOnce()
    expect(FakeSocket.all).toHaveLength(2)
    FakeSocket.all[1]!.onmessage!({ data: '{}' })
    expect(line).toHaveBeenLastCalledWith(true)
    live.close()
  })

  it('takes a silent line for a dead one', () => {
    const live = openSocket('/desk/stream', { take, line })
    FakeSocket.all[0]!.onmessage!({ data: '{}' })
    vi.advanceTimersByTime(24_000)
    expect(line).toHaveBeenLastCalledWith(true)
    vi.advanceTimersByTime(2_000)
    expect(line).toHaveBeenLastCalledWith(false)
    live.close()
  })

  it('stays closed once it was closed', () => {
    openSocket('/desk/stream', { take, line }).close()
    vi.advanceTimersByTime(60_000)
    expect(FakeSocket.all).toHaveLength(1)
    expect(line).not.toHaveBeenCalled()
  })

  it('waits longer each time, but never longer than ten seconds', () => {
    expect([0, 1, 2, 20].map(pauseBefore)).toEqual([500, 1000, 2000, 10_000])
    expect(socketAddress('/api/v1/desk/stream', 'https://x.example/agent')).toBe('wss://x.example/api/v1/desk/stream')
  })
})

describe('keys', () => {
  it('have one name each', () => {
    expect(nameOf({ key: 'Enter', ctrlKey: true, metaKey: false })).toBe('ctrl+enter')
    expect(nameOf({ key: ' ', ctrlKey: false, metaKey: false })).toBe('space')
    expect(nameOf({ key: 'F4', ctrlKey: false, metaKey: false })).toBe('f4')
  })

  it('belong to the field somebody types in', () => {
    document.body.innerHTML = '<textarea id="a"></textarea><input id="b" type="checkbox"><button id="c"></button>'
    const typing = (id: string) => isTyping({ target: document.getElementById(id) } as unknown as KeyboardEvent)
    expect(['a', 'b', 'c'].map(typing)).toEqual([true, false, false])
  })
})
