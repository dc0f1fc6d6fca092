import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchIdle } from './idle'

const MINUTE = 60_000
let running = false
let left: (number | null)[] = []
let ended = 0
let stop: () => void

beforeEach(() => {
  vi.useFakeTimers()
  running = false
  left = []
  ended = 0
  stop = watchIdle({ limitMs: 10 * MINUTE, warnedMs: MINUTE, running: () => running, warn: (ms) => left.push(ms), end: () => ended++ })
})

afterEach(() => {
  stop()
  vi.useRealTimers()
})

test('a browser that is not used is warned, then its session ends, once', () => {
  vi.advanceTimersByTime(8 * MINUTE)
  expect(left).toEqual([])
  vi.advanceTimersByTime(MINUTE)
  expect(left).toEqual([MINUTE])
  vi.advanceTimersByTime(5 * MINUTE)
  expect(left.length).toBe(60)
  expect(ended).toBe(1)
})

test('a key or a touch begins the time anew and takes the warning away', () => {
  vi.advanceTimersByTime(9.5 * MINUTE)
  window.dispatchEvent(new KeyboardEvent('keydown'))
  vi.advanceTimersByTime(1_000)
  expect(left.at(-1)).toBeNull()
  vi.advanceTimersByTime(9 * MINUTE)
  expect(ended).toBe(0)
})

test('use in another window counts', () => {
  vi.advanceTimersByTime(9 * MINUTE)
  window.dispatchEvent(new StorageEvent('storage', { key: 'callcenter.used', newValue: String(Date.now()) }))
  vi.advanceTimersByTime(9 * MINUTE)
  expect(ended).toBe(0)
})

test('a session does not end in a conversation, and has its whole time after it', () => {
  running = true
  vi.advanceTimersByTime(30 * MINUTE)
  running = false
  vi.advanceTimersByTime(9 * MINUTE)
  expect([ended, left.length]).toEqual([0, 1])
})
