import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vitest/config'

/** The dev server passes /api on to a running system: what `scripts/run` starts, if nothing else is named. */
const api = process.env.CALLCENTER_API ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [
    vue(),
    components({ dirs: [], dts: 'components.d.ts', resolvers: [ElementPlusResolver({ importStyle: 'css' })] })
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __INTLIFY_PROD_DEVTOOLS__: false },
  server: {
    host: '127.0.0.1',
    // The server takes a WebSocket and a command from its own origin only (guard.py): the proxy speaks as that origin.
    proxy: { '/api': { target: api, ws: true, changeOrigin: true, headers: { origin: new URL(api).origin } } }
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
