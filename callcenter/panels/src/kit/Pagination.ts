/** Element Plus' pager, fetched when a list is longer than a page. The build puts it in its place (vite.config.ts). */
import { defineAsyncComponent } from 'vue'

export default defineAsyncComponent(async () => {
  const [{ ElPagination }] = await Promise.all([
    import('element-plus/es/components/pagination/index.mjs'),
    import('element-plus/es/components/pagination/style/css')
  ])
  return ElPagination
})
