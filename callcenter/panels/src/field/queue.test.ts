import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/kit/http'
import type { Visit } from './api'
import { createQueue, forgetLists, keepList, keptList } from './queue'

const offline = new Problem({ status: 0, code: 'offline' })
const refused = new Problem({ status: 409, code: 'reported_already', rule: 'F6' })
const THINKING = { result: 'thinking' as const, note: 'x' }
const SIGNED = { result: 'signed' as const, note: '' }

beforeEach(() => localStorage.clear())

describe('results without a line', () => {
  it('wait, survive a reload, and go out when the line is back', async () => {
    const send = vi.fn().mockRejectedValueOnce(offline).mockResolvedValue({})
    const queue = createQueue(7, send)
    queue.add(1, THINKING)
    expect(await queue.flush()).toBe(false)
    expect(queue.offline.value).toBe(true)

    const reloaded = createQueue(7, send)
    expect(reloaded.items.map((item) => item.visit)).toEqual([1])
    expect(await reloaded.flush()).toBe(true)
    expect(send).toHaveBeenLastCalledWith(1, THINKING)
    expect(createQueue(7, send).items).toEqual([])
  })

  it('are replaced by a later one for the same visit', () => {
    const queue = createQueue(7, vi.fn())
    queue.add(1, THINKING)
    queue.add(1, SIGNED)
    expect(queue.items).toHaveLength(1)
    expect(queue.items[0]?.form).toEqual(SIGNED)
  })

  it('stay with the server’s refusal and do not hold up the others', async () => {
    const send = vi.fn((visit: number) => (visit === 1 ? Promise.reject(refused) : Promise.resolve({})))
    const queue = createQueue(7, send)
    queue.add(1, THINKING)
    queue.add(2, SIGNED)
    await queue.flush()
    expect(queue.items.map((item) => [item.visit, item.refused?.code])).toEqual([[1, 'reported_already']])
    await queue.flush()
    expect(send).toHaveBeenCalledTimes(2)
    queue.drop(1)
    expect(queue.items).toEqual([])
  })

  it('wait when the session has ended, and belong to one person', async () => {
    const send = vi.fn().mockRejectedValue(new Problem({ status: 401, code: 'not_logged_in' }))
    const queue = createQueue(7, send)
    queue.add(1, THINKING)
    await queue.flush()
    expect(queue.items[0]?.refused).toBeNull()
    expect(createQueue(8, send).items).toEqual([])
  })

  it('are sent once, even when two things ask at the same time', async () => {
    let done: () => void = () => undefined
    const send = vi.fn(() => new Promise<void>((resolve) => (done = resolve)))
    const queue = createQueue(7, send)
    queue.add(1, THINKING)
    const first = queue.flush()
    await queue.flush()
    done()
    await first
    expect(send).toHaveBeenCalledOnce()
  })

  it('do not lose what was changed while the older one was under way', async () => {
    let done: () => void = () => undefined
    const queue = createQueue(7, () => new Promise<void>((resolve) => (done = resolve)))
    queue.add(1, THINKING)
    const first = queue.flush()
    queue.add(1, SIGNED)
    done()
    await first
    expect(queue.items.map((item) => item.form)).toEqual([SIGNED])
  })
})

describe('kept lists', () => {
  const visit = { id: 1 } as Visit

  it('are forgotten when days have gone by or the session has ended, unsent results are not', () => {
    keepList(7, '2026-11-20', [visit])
    keepList(7, '2026-11-23', [visit])
    createQueue(7, vi.fn()).add(1, SIGNED)
    forgetLists('2026-11-22')
    expect(keptList(7, '2026-11-20')).toBeNull()
    expect(keptList(7, '2026-11-23')).toEqual([visit])
    forgetLists()
    expect(keptList(7, '2026-11-23')).toBeNull()
    expect(createQueue(7, vi.fn()).items).toHaveLength(1)
  })
})
