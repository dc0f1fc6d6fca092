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
  /** Where the repeated part begins and ends; null: nothing is repeated. */
  loop: [number, number] | null
  /** Seconds that were played since the sound was made, however fast. */
  heard: number
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
  const state = reactive<State>({ playing: false, at: 0, length, failed: false, side: 'both', speed: 1, loop: null, heard: 0 })
  let context: AudioContext | null = null
  let gains: GainNode[] = []

  let before = 0
  audio.addEventListener('timeupdate', () => {
    const step = audio.currentTime - before
    // A step over more than the player plays between two reports is a jump, and nothing that was heard.
    if (state.playing && step > 0 && step < 1 * Math.max(1, state.speed)) state.heard += step
    before = state.at = audio.currentTime
    if (state.loop && audio.currentTime >= state.loop[1]) audio.currentTime = state.loop[0]
  })
  audio.addEventListener('seeked', () => (before = audio.currentTime))
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
    audio.preservesPitch = true
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
    /** Repeats what is between two moments; a second call with null ends it. */
    setLoop(part: [number, number] | null) {
      state.loop = part && part[1] - part[0] >= 0.5 ? part : null
      if (state.loop && (state.at < state.loop[0] || state.at >= state.loop[1])) this.seek(state.loop[0])
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
