import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Problem } from '@/kit/http'
import type { DraftBody, SavedDraft } from './api'
import { draftKeeper } from './keeping'

const body = (title: string): DraftBody => ({ title, statements: [], based_on: 1 })
const saved = (number: number): SavedDraft => ({ ...body('x'), based_on: 1, number, saved_at: `2026-11-23T02:00:0${number}Z` })
const save = vi.fn<(campaign: number, sent: DraftBody & { number: number | null }) => Promise<SavedDraft>>()
const sent = () => save.mock.calls.map(([campaign, one]) => [campaign, one.title, one.number])

beforeEach(() => {
  vi.useFakeTimers()
  save.mockReset().mockImplementation(async (_, one) => saved((one.number ?? 0) + 1))
})
afterEach(() => vi.useRealTimers())

it('saves once a moment after the last key, and says so', async () => {
  const keeper = draftKeeper(save)
  keeper.put(7, body('a'))
  await vi.advanceTimersByTimeAsync(500)
  keeper.put(7, body('ab'))
  expect([keeper.keeping.state, keeper.unsaved()]).toEqual(['saving', true])
  await vi.advanceTimersByTimeAsync(800)
  expect(sent()).toEqual([[7, 'ab', null]])
  expect([keeper.keeping.state, keeper.keeping.at, keeper.unsaved()]).toEqual(['saved', '2026-11-23T02:00:01Z', false])
})

it('sends one request at a time, each with the number of the one before, the newest text last', async () => {
  let answer: (draft: SavedDraft) => void = () => undefined
  save.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)))
  const keeper = draftKeeper(save)
  keeper.put(7, body('a'))
  void keeper.flush()
  await vi.advanceTimersByTimeAsync(0)
  keeper.put(7, body('ab'))
  await vi.advanceTimersByTimeAsync(2000)
  expect(sent()).toEqual([[7, 'a', null]])
  answer(saved(1))
  await vi.advanceTimersByTimeAsync(0)
  expect(sent()).toEqual([[7, 'a', null], [7, 'ab', 1]])
  expect(keeper.keeping.state).toBe('saved')
})

it('tries again when the server cannot be reached', async () => {
  save.mockRejectedValueOnce(new Problem({ status: 0, code: 'offline' }))
  const keeper = draftKeeper(save)
  keeper.take(saved(3))
  keeper.put(7, body('a'))
  await keeper.flush()
  expect([keeper.keeping.state, keeper.unsaved()]).toEqual(['failed', true])
  await vi.advanceTimersByTimeAsync(5000)
  expect([keeper.keeping.state, keeper.unsaved()]).toEqual(['saved', false])
  expect(sent()).toEqual([[7, 'a', 3], [7, 'a', 3]])
})

it('overwrites nothing that another page has saved before the person has decided', async () => {
  save.mockRejectedValueOnce(new Problem({ status: 409, code: 'script_draft_changed' }))
  const keeper = draftKeeper(save)
  keeper.put(7, body('a'))
  await keeper.flush()
  keeper.put(7, body('ab'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(keeper.keeping.state).toBe('conflict')
  expect(save).toHaveBeenCalledTimes(1)
  await keeper.overwrite(saved(5))
  expect(sent()[1]).toEqual([7, 'ab', 5])
  expect(keeper.keeping.state).toBe('saved')
})

it('saves nothing after it was stopped', async () => {
  const keeper = draftKeeper(save)
  keeper.put(7, body('a'))
  await keeper.stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(save).not.toHaveBeenCalled()
})
