/** The agent's microphone, and why there may be none. */
import type { PhoneProblem } from './phone'

const PROBLEMS: Record<string, PhoneProblem> = {
  NotAllowedError: 'microphone_denied',
  SecurityError: 'microphone_denied',
  NotFoundError: 'microphone_missing',
  OverconstrainedError: 'microphone_missing',
  NotReadableError: 'microphone_busy',
  AbortError: 'microphone_busy'
}

/** For tests that measure tones: `localStorage['callcenter.rawAudio'] = '1'` switches the browser's sound processing off. */
export function audioConstraints(raw = localStorage.getItem('callcenter.rawAudio') === '1'): MediaTrackConstraints {
  return { echoCancellation: !raw, noiseSuppression: !raw, autoGainControl: !raw }
}

export async function openMicrophone(): Promise<MediaStream | PhoneProblem> {
  if (!navigator.mediaDevices) return 'insecure'
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: audioConstraints(), video: false })
  } catch (failure) {
    return PROBLEMS[(failure as DOMException).name] ?? 'microphone_busy'
  }
}
