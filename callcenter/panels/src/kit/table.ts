/** Columns of a `DataTable`: their definition, their remembered choice, and sorting. */
import { computed, ref, type Ref } from 'vue'

export interface Column<Row> {
  key: string
  title: string
  /** The text of a cell; default: the row's field of this key. A slot `#<key>="{ row }"` shows anything else. */
  text?: (row: Row) => string | number | null | undefined
  /** Shown when the pointer rests on the title. */
  help?: string
  /** Figures and times: digits of one width. */
  num?: boolean
  align?: 'left' | 'right' | 'center'
  /** CSS length. A table of many rows shares the rest of the width equally among columns without one. */
  width?: string
  /** How two rows are ordered by this column. */
  sort?: (one: Row, other: Row) => number
  /** Hidden until a person chooses to show it. */
  hidden?: boolean
  /** Cannot be hidden. */
  fixed?: boolean
}

/** Sorts by the result of `value`: numbers by size, texts by the page's language. Rows without a value come last. */
export function by<Row>(value: (row: Row) => string | number | null | undefined): (one: Row, other: Row) => number {
  return (one, other) => {
    const [a, b] = [value(one) ?? null, value(other) ?? null]
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'zh-CN', { numeric: true })
  }
}

/** Which columns are shown. With a name, the choice is remembered in this browser. */
export function useColumnChoice<Row>(columns: () => Column<Row>[], name: () => string | undefined) {
  const chosen: Ref<Record<string, boolean>> = ref(recall())

  function recall(): Record<string, boolean> {
    try {
      return name() ? (JSON.parse(localStorage.getItem(`callcenter.table.${name()}`) ?? '{}') as Record<string, boolean>) : {}
    } catch {
      return {}
    }
  }

  const isShown = (column: Column<Row>) => column.fixed || (chosen.value[column.key] ?? !column.hidden)

  function show(key: string, on: boolean): void {
    chosen.value = { ...chosen.value, [key]: on }
    if (name()) localStorage.setItem(`callcenter.table.${name()}`, JSON.stringify(chosen.value))
  }

  function forget(): void {
    chosen.value = {}
    if (name()) localStorage.removeItem(`callcenter.table.${name()}`)
  }

  return { shown: computed(() => columns().filter(isShown)), isShown, show, forget }
}

export interface Sort {
  key: string
  down: boolean
}

/** The rows in the chosen order: ascending, descending, then as loaded. */
export function useSort<Row>(rows: () => Row[], columns: () => Column<Row>[]) {
  const sort = ref<Sort | null>(null)
  const sorted = computed(() => {
    const order = columns().find((column) => column.key === sort.value?.key)?.sort
    if (!order || !sort.value) return rows()
    const way = sort.value.down ? -1 : 1
    return [...rows()].sort((one, other) => way * order(one, other))
  })

  function turn(key: string): void {
    if (sort.value?.key !== key) sort.value = { key, down: false }
    else sort.value = sort.value.down ? null : { key, down: true }
  }

  return { sort, sorted, turn }
}
