/**
 * Saves a draft on the server while it is typed: a moment after the last key, one request at a time, the newest text last.
 * A request that fails is sent again; one that another page of the same person has overtaken waits for a decision.
 */
import { reactive } from 'vue'
import { Problem } from '@/kit/http'
import type { DraftBody, SavedDraft } from './api'

export interface Keeping {
  state: 'none' | 'saving' | 'saved' | 'failed' | 'conflict'
  /** When the server saved it last. */
  at: string | null
}

type Save = (campaign: number, body: DraftBody & { number: number | null }) => Promise<SavedDraft>

const QUIET_MS = 800
const AGAIN_MS = 5000

export function draftKeeper(save: Save) {
  const keeping = reactive<Keeping>({ state: 'none', at: null })
  let number: number | null = null
  let pending: { campaign: number; body: DraftBody } | null = null
  let sending: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function later(wait: number) {
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), wait)
  }

  /** Saves this text soon, instead of what was put before. */
  function put(campaign: number, body: DraftBody) {
    pending = { campaign, body }
    if (keeping.state === 'conflict') return
    keeping.state = 'saving'
    later(QUIET_MS)
  }

  /** Saves at once what is not saved yet. */
  async function flush() {
    clearTimeout(timer)
    await sending
    if (!pending || keeping.state === 'conflict') return
    sending = send(pending).finally(() => (sending = null))
    await sending
  }

  async function send(text: NonNullable<typeof pending>) {
    pending = null
    keeping.state = 'saving'
    try {
      const saved = await save(text.campaign, { ...text.body, number })
      number = saved.number
      keeping.at = saved.saved_at
      if (!pending) keeping.state = 'saved'
    } catch (problem) {
      pending ??= text
      const overtaken = problem instanceof Problem && problem.code === 'script_draft_changed'
      keeping.state = overtaken ? 'conflict' : 'failed'
      if (!overtaken) later(AGAIN_MS)
    }
  }

  /** Saves nothing more of what was put; resolves when no request is on its way. */
  async function stop() {
    clearTimeout(timer)
    await sending
    clearTimeout(timer)
    pending = null
  }

  /** Goes on from a draft as the server has it; null: it has none. */
  function take(saved: SavedDraft | null) {
    clearTimeout(timer)
    pending = null
    number = saved?.number ?? null
    keeping.state = saved ? 'saved' : 'none'
    keeping.at = saved?.saved_at ?? null
  }

  /** Saves the text of this page over what another page has saved. */
  async function overwrite(saved: SavedDraft | null) {
    number = saved?.number ?? null
    keeping.state = 'saving'
    await flush()
  }

  return { keeping, put, flush, stop, take, overwrite, unsaved: () => !!pending || !!sending }
}
