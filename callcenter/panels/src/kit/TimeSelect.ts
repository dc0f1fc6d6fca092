/** Element Plus' list of times, fetched when a page first shows one, like the select it is made of (`Select.ts`). */
import { defineAsyncComponent, h } from 'vue'

export default defineAsyncComponent({
  loader: async () => {
    const [{ ElTimeSelect }] = await Promise.all([
      import('element-plus/es/components/time-select/index.mjs'),
      import('element-plus/es/components/time-select/style/css')
    ])
    return ElTimeSelect
  },
  delay: 0,
  loadingComponent: () => h('span', { class: 'el-input', 'aria-busy': 'true' })
})
