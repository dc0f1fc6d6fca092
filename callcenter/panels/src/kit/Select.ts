/**
 * Element Plus' select with its options, which weighs more than most pages: it is fetched when a page first shows one. A
 * box of its size keeps the place until then. The build puts it wherever a template says `el-select`, `el-option` or
 * `el-option-group` (vite.config.ts).
 */
import { defineAsyncComponent, h } from 'vue'

export const loadSelect = async () => {
  const [select] = await Promise.all([
    import('element-plus/es/components/select/index.mjs'),
    import('element-plus/es/components/select/style/css'),
    import('element-plus/es/components/option/style/css'),
    import('element-plus/es/components/option-group/style/css')
  ])
  return select
}
const waiting = { delay: 0, loadingComponent: () => h('span', { class: 'el-input', 'aria-busy': 'true' }) }

export const Select = defineAsyncComponent({ loader: async () => (await loadSelect()).ElSelect, ...waiting })
export const Option = defineAsyncComponent(async () => (await loadSelect()).ElOption)
export const OptionGroup = defineAsyncComponent(async () => (await loadSelect()).ElOptionGroup)
