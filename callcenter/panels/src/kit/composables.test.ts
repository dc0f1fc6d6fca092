import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, type EffectScope } from 'vue'
import { useAct } from './act'
import { asking } from './ask'
import { Problem } from './http'
import * as messages from './messages'
import { useItem } from './useItem'
import { usePage } from './usePage'

/** A server whose answers come when the test says so, in any order. */
function answers<T, Asked = unknown>() {
  const waiting: { asked: Asked; answer: (value: T) => void; refuse: (problem: unknown) => void }[] = []
  const ask = (asked: Asked) => new Promise<T>((answer, refuse) => waiting.push({ asked, answer, refuse }))
  return { ask, waiting }
}

interface Thing {
  id: number
  name?: string
}
interface Things {
  items: Thing[]
  next: string | null
}
const page = (ids: number[], next: string | null = null): Things => ({ items: ids.map((id) => ({ id })), next })
const settle = () => new Promise((done) => setTimeout(done))
const refused = new Problem({ status: 503, code: 'unavailable' })

let scope: EffectScope
beforeEach(() => (scope = effectScope()))
afterEach(() => {
  scope.stop()
  vi.restoreAllMocks()
})

describe('a list in pages', () => {
  function open(options = {}) {
    const server = answers<Things, { state?: string; cursor?: string }>()
    const list = scope.run(() => usePage(server.ask, { filters: { state: '' }, ...options }))!
    return { list, ...server }
  }

  it('loads at once and says whether there is anything', async () => {
    const { list, waiting } = open()
    expect(list).toMatchObject({ loading: true, ready: false, empty: false, items: [] })
    expect(waiting[0]!.asked).toEqual({})
    waiting[0]!.answer(page([]))
    await settle()
    expect(list).toMatchObject({ loading: false, ready: true, empty: true, hasMore: false })
  })

  it('appends the next page, by the filters of the first', async () => {
    const { list, waiting } = open({ onSearch: true, filters: { state: 'open' } })
    void list.search()
    waiting[0]!.answer(page([1, 2], '2'))
    await settle()
    expect(list.hasMore).toBe(true)
    ;(list.filters as { state: string }).state = 'being typed'
    void list.more()
    void list.more() // once is enough
    expect(waiting).toHaveLength(2)
    expect(waiting[1]!.asked).toEqual({ state: 'open', cursor: '2' })
    waiting[1]!.answer(page([3]))
    await settle()
    expect(list.items.map((one) => one.id)).toEqual([1, 2, 3])
    expect(list.hasMore).toBe(false)
  })

  it('discards what an older question answers late', async () => {
    const { list, waiting } = open()
    ;(list.filters as { state: string }).state = 'open'
    await nextTick()
    expect(waiting[1]!.asked).toEqual({ state: 'open' })
    waiting[1]!.answer(page([2]))
    await settle()
    waiting[0]!.answer(page([1]))
    await settle()
    expect(list.items).toEqual([{ id: 2 }])
  })

  it('discards a refusal of an older question, too, and stays loading for the newer', async () => {
    const { list, waiting } = open()
    void list.reload()
    waiting[0]!.refuse(refused)
    await settle()
    expect(list).toMatchObject({ loading: true, error: null })
    waiting[1]!.answer(page([1]))
    await settle()
    expect(list).toMatchObject({ loading: false, ready: true })
  })

  it('keeps what is shown when a later request fails, and repeats that request', async () => {
    const { list, waiting } = open()
    waiting[0]!.answer(page([1], '1'))
    await settle()
    void list.more()
    waiting[1]!.refuse(refused)
    await settle()
    expect(list).toMatchObject({ error: refused, ready: true, loading: false, items: [{ id: 1 }] })
    void list.retry()
    expect(waiting[2]!.asked).toEqual({ cursor: '1' })
    waiting[2]!.answer(page([2]))
    await settle()
    expect(list).toMatchObject({ error: null, items: [{ id: 1 }, { id: 2 }] })
  })

  it('recovers from a first request that failed', async () => {
    const { list, waiting } = open()
    waiting[0]!.refuse(refused)
    await settle()
    expect(list).toMatchObject({ error: refused, ready: false })
    void list.retry()
    waiting[1]!.answer(page([1]))
    await settle()
    expect(list).toMatchObject({ error: null, ready: true })
  })

  it('changes nothing after its component has gone', async () => {
    const { list, waiting } = open()
    scope.stop()
    waiting[0]!.answer(page([1]))
    await settle()
    expect(list.items).toEqual([])
  })

  it('waits until somebody has finished typing', async () => {
    vi.useFakeTimers()
    const { list, waiting } = open({ wait: 300 })
    for (const text of ['a', 'ab', 'abc']) {
      ;(list.filters as { state: string }).state = text
      await nextTick()
      vi.advanceTimersByTime(200)
    }
    expect(waiting).toHaveLength(1)
    vi.advanceTimersByTime(100)
    expect(waiting.map((one) => one.asked)).toEqual([{}, { state: 'abc' }])
    vi.useRealTimers()
  })

  it('with a button asks when it is pressed only, and forgets when it is reset', async () => {
    const { list, waiting } = open({ onSearch: true })
    ;(list.filters as { state: string }).state = 'x'
    await settle()
    expect(waiting).toHaveLength(0)
    void list.search()
    waiting[0]!.answer(page([1]))
    await settle()
    list.reset()
    expect(list).toMatchObject({ ready: false, items: [], filters: { state: '' } })
  })

  it('takes a changed thing in the place of the old one', async () => {
    const { list, waiting } = open()
    waiting[0]!.answer(page([1, 2]))
    await settle()
    list.replace({ id: 2, name: 'new' })
    list.replace({ id: 9 })
    expect(list.items).toEqual([{ id: 1 }, { id: 2, name: 'new' }])
  })
})

describe('one thing', () => {
  it('is loaded, and again after a failure', async () => {
    const { ask, waiting } = answers<string>()
    const item = scope.run(() => useItem(() => ask(null)))!
    waiting[0]!.refuse(refused)
    await settle()
    expect(item).toMatchObject({ error: refused, ready: false, data: null })
    void item.retry()
    waiting[1]!.answer('a')
    await settle()
    expect(item).toMatchObject({ error: null, ready: true, data: 'a' })
  })

  it('is forgotten when another is asked for, and its late answer with it', async () => {
    const { ask, waiting } = answers<string>()
    const id = ref(1)
    const item = scope.run(() => useItem(() => ask(id.value), { on: () => id.value }))!
    id.value = 2
    await nextTick()
    expect(item.ready).toBe(false)
    waiting[1]!.answer('two')
    waiting[0]!.answer('one')
    await settle()
    expect(item.data).toBe('two')
  })

  it('takes what a command answered, and discards what is still on its way', async () => {
    const { ask, waiting } = answers<string>()
    const item = scope.run(() => useItem(() => ask(null)))!
    item.set('after the command')
    waiting[0]!.answer('before the command')
    await settle()
    expect(item).toMatchObject({ data: 'after the command', loading: false })
  })

  it('is asked for again now and then, and no more once its component has gone', async () => {
    vi.useFakeTimers()
    const ask = vi.fn().mockResolvedValue('a')
    scope.run(() => useItem(ask, { every: 1000 }))
    await vi.advanceTimersByTimeAsync(2500)
    expect(ask).toHaveBeenCalledTimes(3)
    scope.stop()
    await vi.advanceTimersByTimeAsync(5000)
    window.dispatchEvent(new Event('focus'))
    expect(ask).toHaveBeenCalledTimes(3)
    vi.useRealTimers()
  })
})

describe('a command', () => {
  it('runs once however often it is clicked, and gives back what it answered', async () => {
    const done = vi.spyOn(messages, 'showDone').mockImplementation(() => undefined)
    const { ask, waiting } = answers<number>()
    const { busy, running, act } = useAct()
    const first = act(() => ask(null), { name: 'pass', done: 'app.confirm' })
    const second = act(() => ask(null))
    expect([busy.value, running.value]).toEqual([true, 'pass'])
    waiting[0]!.answer(7)
    expect(await first).toEqual({ value: 7 })
    expect(await second).toBeNull()
    expect(waiting).toHaveLength(1)
    expect(done).toHaveBeenCalledOnce()
    expect(busy.value).toBe(false)
  })

  it('shows why it was refused and can be tried again', async () => {
    const shown = vi.spyOn(messages, 'showProblem').mockImplementation(() => undefined)
    const { busy, problem, act } = useAct()
    expect(await act(() => Promise.reject(refused))).toBeNull()
    expect(shown).toHaveBeenCalledWith(refused)
    expect([busy.value, problem.value]).toEqual([false, refused])
    expect(await act(() => Promise.resolve('now'))).toEqual({ value: 'now' })
    expect(problem.value).toBeNull()
  })

  it('leaves a refusal to a page that shows it itself', async () => {
    const shown = vi.spyOn(messages, 'showProblem').mockImplementation(() => undefined)
    const { problem, act } = useAct()
    await act(() => Promise.reject(refused), { quiet: true })
    expect(shown).not.toHaveBeenCalled()
    expect(problem.value).toBe(refused)
  })

  it('asks first, is busy only while it runs, and takes the reason along', async () => {
    vi.spyOn(messages, 'showDone').mockImplementation(() => undefined)
    const command = vi.fn().mockResolvedValue('done')
    const { busy, act } = useAct()
    const answer = act(command, { ask: { title: 'sure?', reason: true } })
    expect([busy.value, asking.value?.title]).toEqual([false, 'sure?'])
    expect(await act(command)).toBeNull() // the first one is still being asked about
    await asking.value!.run('because')
    asking.value!.closed()
    expect(await answer).toEqual({ value: 'done' })
    expect(command).toHaveBeenCalledExactlyOnceWith('because')
  })

  it('does nothing when the person thinks better of it', async () => {
    const command = vi.fn()
    const { act } = useAct()
    const answer = act(command, { ask: { title: 'sure?' }, done: 'app.confirm' })
    asking.value!.closed()
    expect(await answer).toBeNull()
    expect(command).not.toHaveBeenCalled()
  })

  it('that is refused inside the dialog leaves it open and can be sent again', async () => {
    const command = vi.fn().mockRejectedValueOnce(refused).mockResolvedValueOnce('done')
    const { act } = useAct()
    const answer = act(command, { ask: { title: 'sure?' } })
    await expect(asking.value!.run('')).rejects.toBe(refused)
    expect(asking.value).not.toBeNull()
    await asking.value!.run('')
    asking.value!.closed()
    expect(await answer).toEqual({ value: 'done' })
  })
})
