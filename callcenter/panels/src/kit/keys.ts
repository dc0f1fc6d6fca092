/** Keyboard shortcuts of a page. A handler that returns false leaves the key to the browser. */
import { onBeforeUnmount, onMounted } from 'vue'

export type Keys = (name: string, event: KeyboardEvent) => boolean

/** ctrl+enter, f2, 1, space … */
export function nameOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase()
  return event.ctrlKey || event.metaKey ? `ctrl+${key}` : key
}

export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null
  return !!target?.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]')
}

const ALWAYS = /^(ctrl\+.+|f\d+)$/

export function useKeys(handle: Keys): void {
  const listen = (event: KeyboardEvent) => {
    if (event.repeat || event.isComposing || document.querySelector('.el-overlay:not([style*="display: none"])')) return
    const name = nameOf(event)
    const plain = name.length === 1 || name === 'space' || name.startsWith('arrow')
    if (plain && (isTyping(event) || event.altKey)) return
    if (handle(name, event)) event.preventDefault()
  }
  // These are the page's own wherever the focus is: an open picker keeps the keys it has taken from others.
  const first = (event: KeyboardEvent) => ALWAYS.test(nameOf(event)) && listen(event)
  const after = (event: KeyboardEvent) => !ALWAYS.test(nameOf(event)) && listen(event)
  onMounted(() => {
    window.addEventListener('keydown', first, true)
    window.addEventListener('keydown', after)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', first, true)
    window.removeEventListener('keydown', after)
  })
}
