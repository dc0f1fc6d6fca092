import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vitest/config'
import { mockApi } from './mock/plugin.ts'

/** Without CALLCENTER_API the dev server answers from mock/; with it, it passes /api on to a real one. */
const api = process.env.CALLCENTER_API

export default defineConfig({
  plugins: [
    vue(),
    components({ dirs: [], dts: 'components.d.ts', resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
    ...(api || process.env.VITEST ? [] : [mockApi()])
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __INTLIFY_PROD_DEVTOOLS__: false },
  server: {
    host: '127.0.0.1',
    proxy: api ? { '/api': { target: api, ws: true, changeOrigin: true } } : {}
  },
  build: {
    outDir: '../web/static',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 700
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    server: { deps: { inline: ['element-plus'] } }
  }
})
