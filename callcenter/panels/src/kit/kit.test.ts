import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isTyping, nameOf } from './keys'
import { openEvents, openSocket, pauseBefore, socketAddress } from './stream'
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

describe('a live line', () => {
  class FakeSocket {
    static all: FakeSocket[] = []
    onmessage: ((event: { data: string }) => void) | null = null
    onclose: ((event: { code: number }) => void) | null = null
    constructor(readonly url: string) {
      FakeSocket.all.push(this)
    }
    close(code = 1006) {
      this.onclose?.({ code })
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

  it('does not wait for a dead line to confirm its end', () => {
    class DeadSocket extends FakeSocket {
      override close() {} // the other side never answers
    }
    vi.stubGlobal('WebSocket', DeadSocket)
    const live = openSocket('/desk/stream', { take, line })
    FakeSocket.all[0]!.onmessage!({ data: '{}' })
    vi.advanceTimersByTime(25_000)
    expect(line).toHaveBeenLastCalledWith(false)
    vi.advanceTimersByTime(pauseBefore(0))
    expect(FakeSocket.all).toHaveLength(2)
    FakeSocket.all[0]!.onclose!({ code: 1006 }) // long after
    vi.advanceTimersByTime(pauseBefore(0))
    expect(FakeSocket.all).toHaveLength(2)
    live.close()
  })

  it('of events takes a silent line for a dead one, too', () => {
    const sources: FakeSource[] = []
    class FakeSource extends EventTarget {
      onerror: (() => void) | null = null
      constructor(readonly url: string) {
        super()
        sources.push(this)
      }
      close() {}
    }
    vi.stubGlobal('EventSource', FakeSource)
    const live = openEvents('/floor/stream', 'floor', { take, line })
    sources[0]!.dispatchEvent(new MessageEvent('floor', { data: '{"now":1}' }))
    expect(line).toHaveBeenLastCalledWith(true)
    vi.advanceTimersByTime(24_000)
    expect(line).toHaveBeenLastCalledWith(true)
    vi.advanceTimersByTime(1_000)
    expect(line).toHaveBeenLastCalledWith(false)
    vi.advanceTimersByTime(pauseBefore(0))
    expect(sources).toHaveLength(2)
    live.close()
    vi.advanceTimersByTime(60_000)
    expect(sources).toHaveLength(2)
  })

  it('stays closed once it was closed', () => {
    openSocket('/desk/stream', { take, line }).close()
    vi.advanceTimersByTime(60_000)
    expect(FakeSocket.all).toHaveLength(1)
    expect(line).not.toHaveBeenCalled()
  })

  it('that made way for a newer window opens again only when its own is looked at', () => {
    const live = openSocket('/desk/stream', { take, line, retry })
    FakeSocket.all[0]!.close(4409)
    expect(line).toHaveBeenLastCalledWith(false)
    vi.advanceTimersByTime(60_000)
    expect(FakeSocket.all).toHaveLength(1)
    window.dispatchEvent(new Event('focus'))
    expect(FakeSocket.all).toHaveLength(2)
    live.close()
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
