import { expect, it, describe } from 'vitest'
import { createApp } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { asking } from './ask'
import { mayLeave, useLeaving } from './leaving'

describe('a page on which something is running', () => {
  it('is left only after a question, and without one as soon as nothing runs', async () => {
    let running = true
    const page = { setup: () => useLeaving({ running: () => running, question: () => ({ title: 'x' }) }), render: () => null }
    const app = createApp(page)
    app.use(createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: page }] }))
    app.mount(document.createElement('div'))
    const asks = mayLeave()
    expect(asking.value?.title).toBe('x')
    asking.value!.closed() // cancelled
    expect(await asks).toBe(false)
    const again = mayLeave()
    await asking.value!.run('')
    asking.value!.closed()
    expect(await again).toBe(true)
    running = false
    expect(await mayLeave()).toBe(true)
    running = true
    app.unmount()
    expect(await mayLeave()).toBe(true)
    expect(asking.value).toBeNull()
  })
})
