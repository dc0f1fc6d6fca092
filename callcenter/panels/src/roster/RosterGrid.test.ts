import { createApp, h, nextTick, ref } from 'vue'
import { afterEach, expect, it } from 'vitest'
import { i18n } from '@/locale'
import type { Cell, Line } from './api'
import type { Rectangle } from './grid'
import RosterGrid from './RosterGrid.vue'

const DAYS = ['2026-11-26', '2026-11-27', '2026-11-28']
const cell = (on: string): Cell => ({ on, working: on !== DAYS[2], part: on === DAYS[2] ? 0 : 100, source: 'calendar', reason: null, missing: [] })
const lines: Line[] = [1, 2, 3].map((agent_id) => ({ agent_id, name: `A${agent_id}`, branch: 'north', licence_valid_until: null, patterns: [], days: DAYS.map(cell) }))
const days = DAYS.map((on) => ({ on, working: on !== DAYS[2], provisional: false, agents: 3, parts: 3 }))

const selection = ref<Rectangle | null>(null)
const page = document.createElement('div')
let unmount = () => {}
const at = (id: string) => page.querySelector<HTMLElement>(`[data-testid="${id}"]`)!

async function act(id: string, event: Event) {
  at(id).dispatchEvent(event)
  await nextTick()
}
const key = (name: string, shiftKey = false) => new KeyboardEvent('keydown', { key: name, shiftKey, bubbles: true })
const press = (shiftKey = false) => new PointerEvent('pointerdown', { button: 0, shiftKey })

function open() {
  document.body.append(page)
  const app = createApp({
    render: () =>
      h(RosterGrid, {
        lines, days, quotas: [{ id: null, staff_id: null, campaign_id: 1, quota: 30, from_on: null, reason: '', set_by: null }],
        capacity: { [DAYS[0]!]: 42, [DAYS[1]!]: 0 },
        today: DAYS[0]!, wide: true, mayQuota: true,
        selection: selection.value,
        'onUpdate:selection': (next: Rectangle | null) => (selection.value = next)
      })
  }).use(i18n)
  app.mount(page)
  unmount = () => app.unmount()
}

afterEach(() => {
  unmount()
  page.remove()
  selection.value = null
})

const corners = () => [selection.value?.anchor, selection.value?.corner].map((one) => one && [one.row, one.column])

it('cells are chosen with the arrow keys, more of them with Shift, none past the edge', async () => {
  open()
  await act(`cell-1-${DAYS[0]}`, key('Enter'))
  await act(`cell-1-${DAYS[0]}`, key('ArrowUp'))
  expect(corners()).toEqual([[0, 0], [0, 0]])
  await act(`cell-1-${DAYS[0]}`, key('ArrowDown', true))
  await act(`cell-2-${DAYS[0]}`, key('ArrowRight', true))
  expect(corners()).toEqual([[0, 0], [1, 1]])
  expect(page.querySelectorAll('[aria-selected="true"]')).toHaveLength(4)
  await act(`cell-2-${DAYS[1]}`, key('Escape'))
  expect(selection.value).toBeNull()
})

it('cells are chosen by dragging and by Shift and click', async () => {
  open()
  await act(`cell-1-${DAYS[1]}`, press())
  await act(`cell-3-${DAYS[2]}`, new PointerEvent('pointerenter'))
  window.dispatchEvent(new PointerEvent('pointerup'))
  await act(`cell-1-${DAYS[0]}`, new PointerEvent('pointerenter'))
  expect(corners()).toEqual([[0, 1], [2, 2]])
  await act(`cell-2-${DAYS[0]}`, press(true))
  expect(corners()).toEqual([[0, 1], [1, 0]])
})

it('a day’s capacity is what the server has added up; a day nobody works has none', () => {
  open()
  expect(DAYS.map((on) => at(`capacity-${on}`).textContent)).toEqual(['42', '0', ''])
})
