/** Chinese first, English second; the choice is remembered in the browser. */
import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
import en from './en'
import zh from './zh'

export type Language = 'zh' | 'en'
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
  messages: { zh, en }
})

const { t, te, locale } = i18n.global

export const language = computed(() => locale.value as Language)

export function setLanguage(next: Language): void {
  locale.value = next
  localStorage.setItem(KEY, next)
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
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
