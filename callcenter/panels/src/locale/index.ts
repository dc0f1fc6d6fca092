/** Chinese first, English second; the choice is remembered in the browser, and only the words of that language are loaded. */
import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
import type zh from './zh'
import type operation from './zh/operation'

export type Language = 'zh' | 'en'
type Words = typeof zh
const WORDS: Record<Language, () => Promise<{ default: Words }>> = { zh: () => import('./zh'), en: () => import('./en') }
/** Words of the pages for audit and operation: loaded with the first of them, so that no desk waits for them. */
const OPERATION: Record<Language, () => Promise<{ default: typeof operation }>> = { zh: () => import('./zh/operation'), en: () => import('./en/operation') }
let operating = false
const KEY = 'callcenter.language'

function remembered(): Language {
  return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh'
}

export const i18n = createI18n({
  legacy: false,
  locale: remembered(),
  fallbackLocale: false,
  missingWarn: false,
  fallbackWarn: false,
  messages: {} as Record<Language, Words>
})

const { t, te, locale } = i18n.global

export const language = computed(() => locale.value as Language)

/** Loads the words of a language and changes to it. Until they have come, the page keeps the words it has. */
export async function setLanguage(next: Language): Promise<void> {
  if (!i18n.global.availableLocales.includes(next)) i18n.global.setLocaleMessage(next, (await WORDS[next]()).default)
  if (operating) await addOperation(next)
  locale.value = next
  localStorage.setItem(KEY, next)
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
}

/** Loads the words for audit and operation, now and whenever the language is changed. */
export async function loadOperation(): Promise<void> {
  operating = true
  await addOperation(language.value)
}

async function addOperation(to: Language): Promise<void> {
  i18n.global.mergeLocaleMessage(to, (await OPERATION[to]()).default)
}

export function say(key: string, params: Record<string, unknown> = {}): string {
  return t(key, params)
}

/** The word for a code of the server (`enums.<kind>.<code>`); a code without a text is shown as it is. */
export function wordFor(kind: string, code: string | null | undefined): string {
  if (!code) return ''
  const key = `enums.${kind}.${code}`
  return te(key) ? t(key) : code
}

export function knows(key: string): boolean {
  return te(key)
}
