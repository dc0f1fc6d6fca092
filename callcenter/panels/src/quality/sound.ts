/** Plays one stereo recording: the customer is the left channel, the agent the right one; either can be heard alone. */
import { reactive, readonly } from 'vue'

export type Side = 'both' | 'customer' | 'agent'

interface State {
  playing: boolean
  /** Seconds. */
  at: number
  length: number
  failed: boolean
  side: Side
  speed: number
}

/** Volume of each channel on each ear: [left ear from left, left ear from right, right from left, right from right]. */
const MIX: Record<Side, [number, number, number, number]> = {
  both: [1, 0, 0, 1],
  customer: [1, 0, 1, 0],
  agent: [0, 1, 0, 1]
}

export function createSound(length: number) {
  const audio = new Audio()
  audio.preload = 'none'
  const state = reactive<State>({ playing: false, at: 0, length, failed: false, side: 'both', speed: 1 })
  let context: AudioContext | null = null
  let gains: GainNode[] = []

  audio.addEventListener('timeupdate', () => (state.at = audio.currentTime))
  audio.addEventListener('durationchange', () => {
    if (Number.isFinite(audio.duration)) state.length = audio.duration
  })
  audio.addEventListener('play', () => (state.playing = true))
  audio.addEventListener('pause', () => (state.playing = false))
  audio.addEventListener('ended', () => (state.playing = false))
  audio.addEventListener('error', () => {
    state.failed = true
    state.playing = false
  })

  function mix() {
    MIX[state.side].forEach((level, index) => gains[index]?.gain.setValueAtTime(level, context?.currentTime ?? 0))
  }

  /** Needs a click before: browsers play sound only after one. */
  function connect() {
    if (context) return
    context = new AudioContext()
    const splitter = context.createChannelSplitter(2)
    const merger = context.createChannelMerger(2)
    context.createMediaElementSource(audio).connect(splitter)
    gains = [0, 1, 2, 3].map((index) => {
      const gain = context!.createGain()
      splitter.connect(gain, index % 2)
      gain.connect(merger, 0, index < 2 ? 0 : 1)
      return gain
    })
    merger.connect(context.destination)
    mix()
  }

  async function play(source: string) {
    if (!audio.src || state.failed) {
      state.failed = false
      audio.src = source
    }
    connect()
    await context?.resume()
    audio.playbackRate = state.speed
    try {
      await audio.play()
    } catch {
      state.playing = false
    }
  }

  return {
    state: readonly(state),
    play,
    pause: () => audio.pause(),
    seek(at: number) {
      state.at = Math.max(0, Math.min(at, state.length))
      audio.currentTime = state.at
    },
    setSide(side: Side) {
      state.side = side
      mix()
    },
    setSpeed(speed: number) {
      state.speed = speed
      audio.playbackRate = speed
    },
    close() {
      audio.pause()
      audio.removeAttribute('src')
      audio.load()
      void context?.close()
    }
  }
}

export type Sound = ReturnType<typeof createSound>
