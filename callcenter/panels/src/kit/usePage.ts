/**
 * Loads a list page by page, with its filters: loading, more, search, error and empty are implemented here for all pages.
 *
 *     const list = usePage(api.cases, { filters: { state: '' as CaseState | '' } })
 *
 * Setting `list.filters.state` loads again. `<PageFrame :of="list">` and `<DataTable :list="list">` show the rest.
 */
import { onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { latestOnly, type Loadable } from './loading'

/** Empty filters are not sent. */
type Given<Filters> = { [Key in keyof Filters]?: Exclude<Filters[Key], '' | null> }

/** Where the next page begins: an opaque text that is sent back unchanged. */
type Cursor = string

interface Answer<Item> {
  items: Item[]
  next?: string | null
}

/** Loads every page of a list, one after another, for lists that are shown as a whole. */
export async function allPages<Item>(ask: (cursor?: Cursor) => Promise<Answer<Item>>): Promise<Item[]> {
  const items: Item[] = []
  let next: string | null | undefined
  do {
    const page: Answer<Item> = await ask(next ?? undefined)
    items.push(...page.items)
    next = page.next
  } while (next)
  return items
}

export interface PageOptions<Filters> {
  /** Names and first values; a change of one loads again. */
  filters?: Filters
  /** Loads when `search()` is called, not at once and not on each change: for forms with a button. */
  onSearch?: boolean
  /** Milliseconds without a further change before filters are applied; for text that is typed. */
  wait?: number
}

export interface Paged<Item, Page = unknown, Filters = unknown> extends Loadable {
  readonly items: Item[]
  /** The last loaded first page, with the counts and totals beside `items`. */
  readonly page: Page | null
  readonly filters: Filters
  /** The answer has arrived and has no items. */
  readonly empty: boolean
  readonly hasMore: boolean
  /** Appends the next page. */
  more(): Promise<void>
  /** Loads the first page by the present filters. */
  search(): Promise<void>
  /** Resets the filters to their first values; with `onSearch` the list is emptied, too. */
  reset(): void
  /** Replaces the item with the same id by a changed one; ignored when the list does not have it. */
  replace(item: Item): void
}

export function usePage<Item, Page extends Answer<Item>, Filters extends object = Record<string, never>>(
  ask: (query: Given<Filters> & { cursor?: Cursor }) => Promise<Page & Answer<Item>>,
  options: PageOptions<Filters> = {}
): Paged<Page['items'][number], Page, Filters> {
  const first = { ...options.filters } as Filters
  const filters = reactive({ ...first }) as Filters
  const items = shallowRef<Item[]>([])
  const page = shallowRef<Page | null>(null)
  const next = ref<string | null>(null)
  const loading = ref(false)
  const ready = ref(false)
  const error = shallowRef<unknown>(null)
  const latest = latestOnly()
  let failed: () => Promise<void> = load
  let timer: ReturnType<typeof setTimeout> | undefined

  function given(): Given<Filters> {
    return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== '' && value !== null && value !== undefined)) as Given<Filters>
  }

  /** Later pages are requested with the filters of the first one, even if the form has been changed meanwhile. */
  let asked = given()

  function send(cursor: string | null, take: (answer: Page) => void, again: () => Promise<void>): Promise<void> {
    clearTimeout(timer)
    loading.value = true
    return latest.ask(() => ask(cursor ? { ...asked, cursor } : { ...asked }), {
      answer(answer) {
        take(answer)
        next.value = answer.next ?? null
        ready.value = true
        error.value = null
      },
      error(problem) {
        error.value = problem
        failed = again
      },
      end: () => (loading.value = false)
    })
  }

  function load(): Promise<void> {
    asked = given()
    return send(
      null,
      (answer) => {
        items.value = answer.items
        page.value = answer
      },
      load
    )
  }

  async function more(): Promise<void> {
    if (!next.value || loading.value) return
    await send(next.value, (answer) => (items.value = [...items.value, ...answer.items]), more)
  }

  function clear(): void {
    latest.cancel()
    items.value = []
    page.value = next.value = error.value = null
    ready.value = loading.value = false
  }

  function reset(): void {
    Object.assign(filters, first)
    if (options.onSearch) clear()
  }

  function replace(item: Item): void {
    const idOf = (one: Item) => (one as { id?: unknown }).id
    items.value = items.value.map((one) => (idOf(one) === idOf(item) ? item : one))
  }

  if (!options.onSearch) {
    watch(
      () => ({ ...filters }),
      () => {
        clearTimeout(timer)
        if (options.wait) timer = setTimeout(() => void load(), options.wait)
        else void load()
      }
    )
    void load()
  }
  onScopeDispose(() => {
    clearTimeout(timer)
    latest.cancel()
  })

  const list = reactive({
    items,
    page,
    filters,
    loading,
    ready,
    error,
    get empty() {
      return ready.value && items.value.length === 0
    },
    get hasMore() {
      return next.value !== null
    },
    more,
    search: load,
    reload: load,
    retry: () => failed(),
    reset,
    replace
  })
  return list as unknown as Paged<Page['items'][number], Page, Filters>
}
