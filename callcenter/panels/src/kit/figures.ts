/** Formats of figures, the same in both languages. */

/** 1234567 → 1,234,567; an unknown figure is a dash. */
export const countOf = (value: number | null | undefined) => (value === null || value === undefined ? '—' : value.toLocaleString('en-US'))

/** 0.125 → 12.5%; an undefined rate is a dash. */
export const percentOf = (rate: number | null) => (rate === null ? '—' : `${(rate * 100).toFixed(1)}%`)

/** 1536 → 1.5 KB */
export function sizeOf(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB']
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}

/** Ids of calls are long: their first part is shown, and the whole when the pointer rests on it. */
export const shortId = (id: string) => (id.length > 20 ? `${id.slice(0, 8)}…` : id)
