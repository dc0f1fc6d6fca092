import { createPinia } from 'pinia'
import { createApp } from 'vue'
import 'element-plus/es/components/base/style/css'
import App from './App.vue'
import { onLoggedOut } from './kit/http'
import './kit/style.css'
import { i18n, language, setLanguage } from './locale'
import { makeRouter } from './router'
import { useSession } from './session/store'

const app = createApp(App)
app.use(createPinia())
app.use(i18n)
await setLanguage(language.value)

const session = useSession()
void session.lookAround()

const router = makeRouter()
onLoggedOut(() => {
  const here = router.currentRoute.value
  const had = session.me !== null
  session.forget()
  if (had && !here.meta.open) void router.push({ path: '/login', query: { back: here.fullPath, ended: '1' } })
})
app.use(router)
app.mount('#app')
