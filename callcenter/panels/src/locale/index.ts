/** Chinese first, English second; the choice is remembered in the browser, and only the words of that language are loaded. */
import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
import type zh from './zh'

export type Language = 'zh' | 'en'
type Words = typeof zh
const WORDS: Record<Language, () => Promise<{ default: Words }>> = { zh: () => import('./zh'), en: () => import('./en') }
/** Words that come with the first page of a group, so that no desk waits for them. */
const LATE: Record<Late, Record<Language, () => Promise<{ default: object }>>> = {
  account: { zh: () => import('./zh/account'), en: () => import('./en/account') },
  doctor: { zh: () => import('./zh/doctor'), en: () => import('./en/doctor') },
  help: { zh: () => import('./zh/help'), en: () => import('./en/help') },
  people: { zh: () => import('./zh/people'), en: () => import('./en/people') },
  data: { zh: () => import('./zh/office'), en: () => import('./en/office') },
  boards: { zh: () => import('./zh/boards'), en: () => import('./en/boards') },
  desk: { zh: () => import('./zh/desk'), en: () => import('./en/desk') },
  lines: { zh: () => import('./zh/lines'), en: () => import('./en/lines') },
  messages: { zh: () => import('./zh/messages'), en: () => import('./en/messages') },
  recordings: { zh: () => import('./zh/recordings'), en: () => import('./en/recordings') },
  operation: { zh: () => import('./zh/operation'), en: () => import('./en/operation') }
}
export type Late = 'account' | 'doctor' | 'help' | 'people' | 'boards' | 'data' | 'desk' | 'lines' | 'messages' | 'operation' | 'recordings'
const loaded = new Set<Late>()
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
  for (const group of loaded) await add(group, next)
  locale.value = next
  localStorage.setItem(KEY, next)
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
}

/** Loads the words of a group of pages, now and whenever the language is changed. */
export async function loadWords(group: Late): Promise<void> {
  if (loaded.has(group)) return
  await add(group, language.value)
  loaded.add(group)
}

async function add(group: Late, to: Language): Promise<void> {
  i18n.global.mergeLocaleMessage(to, (await LATE[group][to]()).default)
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
