/** A script while it is edited: names between braces are written in the language of the text, as a person reads them. */
import type { Schema } from '@/kit/http'
import zh from '@/locale/zh/office/scripts'
import type { Statement, Version } from './api'

export interface Line {
  /** Keeps lines apart while they are moved. */
  id: number
  key: string | null
  text: string
  text_en: string
  mandatory: boolean
}

export interface Draft {
  title: string
  lines: Line[]
}

/** What the desk fills in, as the server writes it, and as it stands in a text of each language. */
export const NAMES = ['company', 'agent', 'licence'] as const
type Name = (typeof NAMES)[number]
export type Names = Record<Name, string>
type Texts = 'zh' | 'en'
const WORDS: Record<Texts, Record<Name, string>> = {
  zh: zh.name,
  en: { company: 'company', agent: 'agent', licence: 'licence' }
}
const BRACES = /\{([^{}]*)\}/g

let lines = 0

export const emptyLine = (): Line => ({ id: ++lines, key: null, text: '', text_en: '', mandatory: false })

/** The mark that stands in a text for a name. */
export const markOf = (name: Name, texts: Texts = 'zh') => `{${WORDS[texts][name]}}`

/** A text of the server as it is shown. */
export const shownText = (text: string, texts: Texts) =>
  text.replace(BRACES, (mark, name: string) => (name in WORDS[texts] ? markOf(name as Name, texts) : mark))

/** A text that was edited as the server keeps it; either language's words are understood. */
export function keptText(text: string): string {
  return text.trim().replace(BRACES, (mark, word: string) => {
    const name = NAMES.find((one) => word.trim() === one || word.trim() === WORDS.zh[one])
    return name ? `{${name}}` : mark
  })
}

/** A text as the agent sees it. */
export const filledText = (text: string, names: Record<Name, string>) =>
  keptText(text).replace(BRACES, (mark, name: string) => names[name as Name] ?? mark)

/** What a draft begins from: a version, or a draft that was saved. */
type Begun = { title: string; statements: Schema<'DraftStatement'>[] } | undefined

export function draftOf(version: Begun): Draft {
  const kept = version?.statements ?? []
  return {
    title: version?.title ?? '',
    lines: kept.map((one) => ({ ...emptyLine(), key: one.key ?? null, text: shownText(one.text, 'zh'), text_en: shownText(one.text_en ?? '', 'en'), mandatory: one.mandatory }))
  }
}

export function statementsOf(draft: Draft): Schema<'DraftStatement'>[] {
  return draft.lines.map((line) => ({ key: line.key, text: keptText(line.text), text_en: keptText(line.text_en) || null, mandatory: line.mandatory }))
}

export const isSame = (draft: Draft, version: Begun) =>
  draft.title.trim() === (version?.title ?? '') && JSON.stringify(statementsOf(draft)) === JSON.stringify(statementsOf(draftOf(version)))

export interface Trouble {
  key: 'title' | 'empty' | 'blank' | 'unknown' | 'missing'
  /** Names that are unknown, or missing, as they are shown. */
  names?: string[]
  /** The place of the statement. */
  number?: number
}

/** Returns why the draft cannot be published, before the server says so. */
export function troubleOf(draft: Draft): Trouble | null {
  if (!draft.lines.length) return { key: 'empty' }
  if (!draft.title.trim()) return { key: 'title' }
  const statements = statementsOf(draft)
  const blank = statements.findIndex((one) => !one.text)
  if (blank >= 0) return { key: 'blank', number: blank + 1 }
  const unknown = statements.map((one) => marksOf(one.text + (one.text_en ?? '')).filter((mark) => !NAMES.some((name) => mark === `{${name}}`)))
  const first = unknown.findIndex((marks) => marks.length)
  if (first >= 0) return { key: 'unknown', number: first + 1, names: unknown[first] }
  const said = statements.filter((one) => one.mandatory).map((one) => one.text).join('')
  const missing = NAMES.filter((name) => !said.includes(`{${name}}`))
  return missing.length ? { key: 'missing', names: missing } : null
}

const marksOf = (text: string) => [...text.matchAll(BRACES)].map((found) => found[0])

export type Difference = 'added' | 'changed' | 'removed' | 'same'

export interface Compared {
  key: string
  difference: Difference
  /** How the statement was; null for one that was added. */
  old: Statement | null
  /** How it is now; null for one that was removed. */
  now: Statement | null
}

const content = (one: Statement) => JSON.stringify([one.text, one.text_en, one.mandatory])

/** Compares two versions statement by statement, in the order of the later one; what was removed stands where it stood. */
export function comparisonOf(later: Version, earlier: Version | undefined): Compared[] {
  const old = earlier?.statements ?? []
  const compared = later.statements.map((now): Compared => {
    const before = old.find((one) => one.key === now.key) ?? null
    const difference = before ? (content(before) === content(now) ? 'same' : 'changed') : earlier ? 'added' : 'same'
    return { key: now.key, difference, old: before, now }
  })
  old.forEach((one, index) => {
    if (compared.some((row) => row.key === one.key)) return
    // Behind the statement that stood before it, which is in the list already; at the top when it was the first.
    const place = index === 0 ? 0 : compared.findIndex((row) => row.key === old[index - 1]!.key) + 1
    compared.splice(place, 0, { key: one.key, difference: 'removed', old: one, now: null })
  })
  return compared
}

/** Texts of a version with the names filled in, as the desk shows them. */
export const asSpoken = (version: Pick<Version, 'title' | 'version' | 'statements'>, names: Record<Name, string>) => ({
  title: version.title,
  version: version.version,
  statements: version.statements.map((one) => ({ ...one, text: filledText(one.text, names), text_en: one.text_en && filledText(one.text_en, names) }))
})
