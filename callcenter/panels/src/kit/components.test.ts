import { createApp, defineComponent, h, nextTick, reactive } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { i18n, setLanguage } from '@/locale'
import AskHost from './AskHost.vue'
import { ask } from './ask'
import DataTable from './DataTable.vue'
import FormDialog from './FormDialog.vue'
import { Problem } from './http'
import PageFrame from './PageFrame.vue'
import ReasonDialog from './ReasonDialog.vue'
import { by, type Column } from './table'

type Any = Record<string, unknown>
let unmount = () => {}
const find = (selector: string) => document.querySelector<HTMLElement>(selector)
const byId = (id: string) => find(`[data-testid="${id}"]`)
const settle = async () => {
  for (let turn = 0; turn < 4; turn++) {
    await nextTick()
    await new Promise((done) => setTimeout(done))
  }
}

async function show(component: unknown, props: Any = {}, slots: Record<string, (scope: never) => unknown> = {}) {
  const place = document.createElement('div')
  document.body.append(place)
  const app = createApp(defineComponent(() => () => h(component as never, props, slots as never)))
  app.use(i18n).use(createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: {} }] }))
  app.mount(place)
  unmount = () => app.unmount()
  await settle()
}

beforeEach(async () => {
  await setLanguage('zh')
  localStorage.removeItem('callcenter.table.things')
})
afterEach(() => {
  unmount()
  document.body.innerHTML = ''
})

const refused = new Problem({ status: 503, code: 'unavailable' })

describe('a form in a dialog', () => {
  const field = () => h('input', { 'data-testid': 'first' })

  it('focuses the first field, sends on submit, and closes after success', async () => {
    const [act, close, done] = [vi.fn().mockResolvedValue(7), vi.fn(), vi.fn()]
    await show(FormDialog, { title: 'T', act, submitTestid: 'send', onClose: close, onDone: done }, { default: field })
    expect(find('[role=dialog]')!.getAttribute('aria-label')).toBe('T')
    find('form')!.dispatchEvent(new Event('submit', { cancelable: true }))
    await settle()
    expect(act).toHaveBeenCalledOnce()
    expect(done).toHaveBeenCalledWith(7)
    expect(close).toHaveBeenCalledOnce()
    expect((byId('send') as HTMLButtonElement).type).toBe('submit')
    expect((byId('send') as HTMLButtonElement).getAttribute('form')).toBe(find('form')!.id)
  })

  it('leaves the focus in a field that somebody has entered before the dialog was wholly open', async () => {
    const fields = () => [h('input', { 'data-testid': 'first' }), h('input', { 'data-testid': 'second' })]
    const shown = show(FormDialog, { title: 'T', act: vi.fn() }, { default: fields })
    await vi.waitFor(() => byId('second')!.focus())
    await shown
    await new Promise((done) => setTimeout(done, 400))
    expect(document.activeElement).toBe(byId('second'))
  })

  it('stays open with the refusal inside, names the field, and sends again', async () => {
    const wrong = new Problem({ status: 422, code: 'invalid', params: { fields: [{ field: 'body.text', message: 'x', type: 'y' }] } })
    const act = vi.fn().mockRejectedValueOnce(wrong).mockResolvedValueOnce(1)
    const close = vi.fn()
    await show(FormDialog, { title: 'T', act, onClose: close }, { default: (scope: { errors: Any }) => h('i', { id: 'at' }, String(scope.errors.text ?? '')) })
    const send = async () => {
      find('form')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true }))
      await settle()
    }
    await send()
    expect(close).not.toHaveBeenCalled()
    expect(find('[role=alert]')!.textContent).not.toBe('')
    expect(find('#at')!.textContent).toBe('请检查此项')
    await send()
    expect(close).toHaveBeenCalledOnce()
  })

  it('sends nothing while something is missing', async () => {
    const act = vi.fn()
    await show(FormDialog, { title: 'T', act, complete: false, submitTestid: 'send' })
    find('form')!.dispatchEvent(new Event('submit', { cancelable: true }))
    await settle()
    expect(act).not.toHaveBeenCalled()
    expect((byId('send') as HTMLButtonElement).disabled).toBe(true)
  })

  it('asks for a reason, without blanks around it', async () => {
    const act = vi.fn().mockResolvedValue(null)
    await show(ReasonDialog, { title: 'T', act })
    expect((byId('reason-submit') as HTMLButtonElement).disabled).toBe(true)
    const text = byId('reason') as HTMLTextAreaElement
    text.value = '  客户来电  '
    text.dispatchEvent(new Event('input'))
    await settle()
    byId('reason-submit')!.click()
    find('form')!.dispatchEvent(new Event('submit', { cancelable: true }))
    await settle()
    expect(act).toHaveBeenCalledExactlyOnceWith('客户来电')
  })

  it('asks before a command, and goes when it was carried out', async () => {
    await show(AskHost)
    const run = vi.fn().mockResolvedValue(null)
    const closed = vi.fn()
    void ask({ title: '确定吗', text: '不能撤回' }, run).then(closed)
    await settle()
    expect(find('[role=dialog]')!.textContent).toContain('不能撤回')
    find('form')!.dispatchEvent(new Event('submit', { cancelable: true }))
    await settle()
    expect(run).toHaveBeenCalledOnce()
    expect(closed).toHaveBeenCalledOnce()
    expect(find('[role=dialog]')).toBeNull()
  })
})

interface Thing {
  id: number
  name: string
  size: number | null
}

describe('a table', () => {
  const things: Thing[] = [
    { id: 1, name: '乙', size: 3 },
    { id: 2, name: '甲', size: null },
    { id: 3, name: '丙', size: 1 }
  ]
  const columns: Column<Thing>[] = [
    { key: 'name', title: '名称', fixed: true },
    { key: 'size', title: '大小', num: true, sort: by((row) => row.size) },
    { key: 'id', title: '编号', hidden: true }
  ]
  const table = (props: Any = {}, slots = {}) =>
    show(DataTable, { columns, label: '物', rowKey: (row: Thing) => row.id, rows: things, ...props }, slots)
  const rows = () => [...document.querySelectorAll<HTMLElement>('tbody tr[role=row]')]
  const cells = (column: number) => rows().map((row) => row.children[column]!.textContent)
  const press = async (key: string) => {
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    await settle()
  }

  it('shows rows by its columns, and a dash where nothing is', async () => {
    await table()
    expect([...document.querySelectorAll('th')].map((one) => one.textContent!.trim())).toEqual(['名称', '大小↕'])
    expect(cells(1)).toEqual(['3', '—', '1'])
    expect(find('table')!.getAttribute('role')).toBe('grid')
    expect(find('table')!.getAttribute('aria-rowcount')).toBe('4')
  })

  it('orders up, down, and as the rows came; what has no value stays last going up', async () => {
    await table()
    const turn = async () => {
      find('th button')!.click()
      await settle()
      return [find('th[aria-sort]')!.getAttribute('aria-sort'), ...cells(1)]
    }
    expect(await turn()).toEqual(['ascending', '1', '3', '—'])
    expect((await turn())[0]).toBe('descending')
    expect(await turn()).toEqual(['none', '3', '—', '1'])
  })

  it('is walked with the keyboard and opens a row with Enter', async () => {
    const open = vi.fn()
    await table({ opens: true, onOpen: open })
    expect(rows().map((row) => row.tabIndex)).toEqual([0, -1, -1])
    rows()[0]!.focus()
    await press('ArrowDown')
    await press('Enter')
    expect(open).toHaveBeenCalledWith(things[1])
    await press('End')
    expect(document.activeElement).toBe(rows()[2])
    await press('ArrowDown')
    expect(document.activeElement).toBe(rows()[2])
    await press('Home')
    expect(rows().map((row) => row.tabIndex)).toEqual([0, -1, -1])
  })

  it('leaves a click on a button in a cell to that button', async () => {
    const open = vi.fn()
    await table({ opens: true, onOpen: open }, { name: () => h('button', { class: 'inner' }) })
    find('.inner')!.click()
    expect(open).not.toHaveBeenCalled()
    rows()[1]!.click()
    expect(open).toHaveBeenCalledWith(things[1])
  })

  it('remembers which columns were chosen', async () => {
    localStorage.setItem('callcenter.table.things', JSON.stringify({ id: true, size: false, name: false }))
    await table({ name: 'things' })
    expect([...document.querySelectorAll('th')].map((one) => one.textContent!.trim())).toEqual(['名称', '编号'])
  })

  it('draws only a part of many rows', async () => {
    const many = Array.from({ length: 500 }, (_, id) => ({ id, name: `${id}`, size: id }))
    await table({ rows: many })
    expect(rows().length).toBeLessThan(100)
    expect(find('table')!.getAttribute('aria-rowcount')).toBe('501')
  })

  it('says that it loads, that it failed, that nothing is there, and that there is more', async () => {
    const list = reactive({ items: [] as Thing[], loading: true, ready: false, error: null as unknown, hasMore: false, more: vi.fn(), retry: vi.fn() })
    await table({ list, rows: undefined, empty: '没有', moreTestid: 'more' })
    expect(find('[role=status]')).not.toBeNull()
    Object.assign(list, { loading: false, error: refused })
    await settle()
    byId('load-retry')!.click()
    expect(list.retry).toHaveBeenCalledOnce()
    Object.assign(list, { ready: true, error: null })
    await settle()
    expect(find('.empty')!.textContent).toContain('没有')
    Object.assign(list, { items: things, hasMore: true })
    await settle()
    byId('more')!.click()
    expect(list.more).toHaveBeenCalledOnce()
  })
})

describe('the frame of a page', () => {
  it('shows the page when everything it needs has come, and what failed with a way to try again', async () => {
    const part = (what: Any) => reactive({ loading: false, ready: true, error: null as unknown, reload: vi.fn(), retry: vi.fn(), ...what })
    const [one, other] = [part({}), part({ ready: false, loading: true })]
    await show(PageFrame, { title: '页', of: [one, other], refresh: true, refreshTestid: 'again' }, { default: () => h('p', { id: 'body' }) })
    expect([find('h1')!.textContent, find('#body'), find('[role=status]') !== null]).toEqual(['页', null, true])
    Object.assign(other, { loading: false, error: refused })
    await settle()
    byId('load-retry')!.click()
    expect([one.retry.mock.calls.length, other.retry.mock.calls.length]).toEqual([0, 1])
    Object.assign(other, { ready: true, error: null })
    await settle()
    expect(find('#body')).not.toBeNull()
    byId('again')!.click()
    expect([one.reload.mock.calls.length, other.reload.mock.calls.length]).toEqual([1, 1])
  })

  it('says once what fails, not again in the table', async () => {
    const list = reactive({ items: [{ id: 1 }], loading: false, ready: true, error: refused as unknown, hasMore: false, more: vi.fn(), retry: vi.fn(), reload: vi.fn() })
    const columns = [{ key: 'id', title: '编号' }]
    const table = () => h(DataTable as never, { list, columns, label: '物', rowKey: (row: { id: number }) => row.id })
    await show(PageFrame, { title: '页', of: list }, { default: table })
    expect(document.querySelectorAll('[data-testid="load-problem"]').length).toBe(1)
    expect(find('tbody tr')).not.toBeNull()
  })

  it('keeps silent while the page to log in is on its way', async () => {
    const out = reactive({ loading: false, ready: false, error: new Problem({ status: 401, code: 'not_logged_in' }), reload: vi.fn(), retry: vi.fn() })
    await show(PageFrame, { title: '页', of: out })
    expect(byId('load-problem')).toBeNull()
  })
})
