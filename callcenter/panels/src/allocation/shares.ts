/** How the agents' shares are laid out: which classes get a column, and how far they lie apart. */
import type { Share } from './api'

const MOST = 6
export const OTHERS = '*'

/** Classes by how many leads they are allocated; when there are many, the small ones in one column. */
export function classesOf(shares: Share[]): string[] {
  const sums = new Map<string, number>()
  for (const share of shares) for (const [name, count] of Object.entries(share.by_class)) sums.set(name, (sums.get(name) ?? 0) + count)
  const named = [...sums].filter(([, count]) => count > 0).sort(([one, a], [other, b]) => b - a || one.localeCompare(other))
  const names = named.map(([name]) => name)
  return names.length > MOST ? [...names.slice(0, MOST - 1), OTHERS] : names
}

export function countOf(share: Share, name: string, columns: string[]): number {
  if (name !== OTHERS) return share.by_class[name] ?? 0
  return Object.entries(share.by_class).reduce((sum, [one, count]) => (columns.includes(one) ? sum : sum + count), 0)
}

/** Districts, the most first. */
export const districtsOf = (share: Share) =>
  Object.entries(share.by_district).sort(([one, a], [other, b]) => b - a || one.localeCompare(other))

/** Percent of the quota, never past the bar's end. */
export const percentOf = (count: number, quota: number) => (quota ? Math.min(100, (100 * count) / quota) : 0)

export const served = (shares: Share[]) => shares.filter((share) => !share.excluded)
export const excluded = (shares: Share[]) => shares.filter((share) => share.excluded)
