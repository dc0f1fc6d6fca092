/**
 * Business time. Instants come as ISO 8601 UTC and are shown in Asia/Shanghai in every time zone of the browser; times that
 * a person enters are Shanghai time too. `now` follows the server's clock, which a rehearsal may have shifted.
 */
import { computed, onScopeDispose, ref, type ComputedRef } from 'vue'

export const ZONE = 'Asia/Shanghai'
const OFFSET = '+08:00'

let offsetMs = 0

/** Sets the present instant to the server's. */
export function setServerNow(instant: string): void {
  offsetMs = Date.parse(instant) - Date.now()
}

export function serverNow(): number {
  return Date.now() + offsetMs
}

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23'
})

function fields(at: number): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(at).map((part) => [part.type, part.value]))
}

function millis(instant: string | number): number {
  return typeof instant === 'number' ? instant : Date.parse(instant)
}

/** 2026-11-23 */
export function dateOf(instant: string | number): string {
  const part = fields(millis(instant))
  return `${part.year}-${part.month}-${part.day}`
}

/** 10:30 */
export function timeOf(instant: string | number): string {
  const part = fields(millis(instant))
  return `${part.hour}:${part.minute}`
}

/** 10:30:05 */
export function clockOf(instant: string | number): string {
  return `${timeOf(instant)}:${fields(millis(instant)).second}`
}

/** 11-23 10:30 */
export function momentOf(instant: string | number | null | undefined): string {
  if (instant === null || instant === undefined) return '—'
  return `${dateOf(instant).slice(5)} ${timeOf(instant)}`
}

/** An instant → 2026-11-23T10:30:00 in Shanghai, as a picker has it. */
export function localOf(instant: string | number): string {
  return `${dateOf(instant)}T${clockOf(instant)}`
}

/** 2026-11-23T10:30:00, entered as Shanghai time → an instant with its offset. */
export function instantOf(local: string): string {
  return `${local}${OFFSET}`
}

/** The wall-clock time in Shanghai as a Date in the browser's own zone, as the default of a date picker. */
export function pickerDate(at: number): Date {
  const part = fields(at)
  return new Date(`${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:00`)
}

export function addDays(on: string, days: number): string {
  const date = new Date(`${on}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

/** 75 → 1:15, 3675 → 1:01:15 */
export function spanOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** Ticks every second while the component lives. */
export function useNow(): ComputedRef<number> {
  const ticks = ref(0)
  const timer = setInterval(() => ticks.value++, 1000)
  onScopeDispose(() => clearInterval(timer))
  return computed(() => {
    void ticks.value
    return serverNow()
  })
}

/** 2026-11-23 10:30:05 */
export const exactOf = (instant: string | number) => `${dateOf(instant)} ${clockOf(instant)}`
