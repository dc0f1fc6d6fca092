import { constants } from 'node:zlib'
import { fileURLToPath, URL } from 'node:url'
import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import components from 'unplugin-vue-components/vite'
import { compression, defineAlgorithm } from 'vite-plugin-compression2'
import { defineConfig } from 'vitest/config'

/** The dev server passes /api on to a running system: by default the one that `scripts/run` starts. */
const api = process.env.CALLCENTER_API ?? 'http://127.0.0.1:8000'

/** Components that are fetched when they are first shown, instead of with the page. */
const LATE: Record<string, { name: string; from: string }> = {
  ElDatePicker: { name: 'default', from: '@/kit/DatePicker' },
  ElPagination: { name: 'default', from: '@/kit/Pagination' },
  ElTimeSelect: { name: 'default', from: '@/kit/TimeSelect' },
  ElSelect: { name: 'Select', from: '@/kit/Select' },
  ElOption: { name: 'Option', from: '@/kit/Select' },
  ElOptionGroup: { name: 'OptionGroup', from: '@/kit/Select' }
}
const late = (name: string) => LATE[name]

export default defineConfig({
  plugins: [
    vue(),
    vueI18n({ runtimeOnly: true, compositionOnly: true, fullInstall: false }),
    components({
      dirs: [],
      dts: 'components.d.ts',
      resolvers: [{ type: 'component', resolve: late }, ElementPlusResolver({ importStyle: 'css' })]
    }),
    // Beside each file the same one compressed: web/panels.py sends it to browsers that take it.
    compression({
      include: /\.(html|js|css|svg)$/,
      threshold: 1000,
      algorithms: [defineAlgorithm('brotliCompress', { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })]
    })
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __INTLIFY_PROD_DEVTOOLS__: false },
  server: {
    fs: { allow: ['..'] }, // words that the server uses, too: callcenter/alerts/words
    host: '127.0.0.1',
    // The server accepts WebSockets and commands only from its own origin (guard.py), so the proxy sends that origin.
    proxy: { '/api': { target: api, ws: true, changeOrigin: true, headers: { origin: new URL(api).origin } } }
  },
  build: {
    outDir: '../web/static',
    emptyOutDir: true,
    manifest: true, // what each page loads: tests/web/test_first_load.py weighs it
    target: 'es2022',
    chunkSizeWarningLimit: 700
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    testTimeout: 60_000, // thousands of sentences, on a machine that does other work
    server: { deps: { inline: ['element-plus'] } }
  }
})
