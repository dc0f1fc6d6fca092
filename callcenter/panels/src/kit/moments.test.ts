import { createApp, h } from 'vue'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { i18n, setLanguage } from '@/locale'
import MomentPicker from './MomentPicker.vue'
import { localOf, setServerNow } from './time'

beforeAll(() => setLanguage('en'))
afterEach(() => setServerNow(new Date().toISOString()))

/** The times that are offered at a click, and the texts on them. */
function offered(now: string, soon: boolean): [string[], string[]] {
  vi.useFakeTimers({ now: Date.parse(now) })
  setServerNow(now)
  const chosen: string[] = []
  const place = document.createElement('div')
  const app = createApp({
    render: () => h(MomentPicker, { modelValue: '', testid: 'at', label: 'x', soon, 'onUpdate:modelValue': (at: string) => chosen.push(at) })
  })
  app.use(i18n)
  app.component('ElDatePicker', { render: () => null })
  app.mount(place)
  const buttons = [...place.querySelectorAll('button')]
  buttons.forEach((button) => button.click())
  app.unmount()
  vi.useRealTimers()
  return [chosen, buttons.map((button) => button.textContent!.trim())]
}

describe('a time at a click', () => {
  it('is in an hour, this afternoon, or on the next two weekdays', () => {
    const [times, texts] = offered('2026-11-27T02:10:00Z', true) // Friday, 10:10
    expect(times).toEqual(['2026-11-27T11:15:00', '2026-11-27T15:00:00', '2026-11-30T10:00:00', '2026-11-30T14:00:00', '2026-12-01T10:00:00', '2026-12-01T14:00:00'])
    expect(texts.slice(0, 2)).toEqual(['In an hour, 11:15', 'This afternoon, 15:00'])
  })

  it('is not this afternoon when that is over or comes within the hour', () => {
    expect(offered('2026-11-27T06:00:00Z', true)[0].slice(0, 2)).toEqual(['2026-11-27T15:00:00', '2026-11-30T10:00:00'])
    expect(offered('2026-11-27T09:00:00Z', true)[0].slice(0, 2)).toEqual(['2026-11-27T18:00:00', '2026-11-30T10:00:00'])
  })

  it('is of a later day only, where a visit is agreed', () => {
    expect(offered('2026-11-27T02:10:00Z', false)[0]).toHaveLength(4)
  })

  it('is Shanghai’s', () => {
    expect(localOf('2026-11-27T02:10:05Z')).toBe('2026-11-27T10:10:05')
  })
})
