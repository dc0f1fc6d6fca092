import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vitest/config'

/** The dev server passes /api on to a running system: by default the one that `scripts/run` starts. */
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
    // The server accepts WebSockets and commands only from its own origin (guard.py), so the proxy sends that origin.
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
