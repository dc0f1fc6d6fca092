/**
 * Element Plus' date picker, which weighs as much as a page: it is fetched when a form first shows one. A box of its size
 * keeps the place until then. The build puts it wherever a template says `el-date-picker` (vite.config.ts).
 */
import { defineAsyncComponent, h } from 'vue'

export default defineAsyncComponent({
  loader: async () => {
    const [{ ElDatePicker }] = await Promise.all([
      import('element-plus/es/components/date-picker/index.mjs'),
      import('element-plus/es/components/date-picker/style/css')
    ])
    return ElDatePicker
  },
  delay: 0,
  loadingComponent: () => h('span', { class: 'el-input date-waiting', 'aria-busy': 'true' })
})
