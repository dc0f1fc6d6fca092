import { createApp, nextTick } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/kit/http'
import { i18n } from '@/locale'
import * as api from './api'
import PlanCard from './PlanCard.vue'

vi.mock('./api')

const share = (agent_id: number, excluded: string | null = null): api.Share => ({
  agent_id, name: `A${agent_id}`, branch: '总行', quota: 30, day_quota: 30, part: 100, carried: 4, new: excluded ? 0 : 26, by_class: { core: 26 }, by_district: {}, returned: 0, reassigned: 0, excluded
})
const figures = { by_class: {}, campaign_id: 1, on: '2099-11-24', seed: 7, assigned: 26, carried: 4, returned: 0, shortage: 3, stock_left: 0, forecast_days: 0 }
const plan = (digest: string): api.Plan => ({ ...figures, digest, provisional: false, agents: [share(1), share(2, 'licence')], stock: { by_class: {} } })
const report: api.Report = { ...figures, run_id: 9, digest: 'first', quota: 30, stock_by_class: {}, made_at: '2099-11-23T12:00:00Z', agents: 1, already_run: false, shares: [share(1)] }

let page: HTMLElement
let unmount = () => {}
const find = (id: string) => page.querySelector<HTMLElement>(`[data-testid="${id}"]`)
const settle = async () => {
  for (let turn = 0; turn < 8; turn++) {
    await Promise.resolve()
    await nextTick()
  }
}

async function open() {
  page = document.createElement('div')
  document.body.append(page)
  const app = createApp(PlanCard, { campaign: 1, on: '2099-11-24' }).use(i18n)
  app.mount(page)
  unmount = () => app.unmount()
  await settle()
}

async function press(id: string) {
  find(id)!.click()
  await settle()
}

beforeEach(() => {
  vi.mocked(api.reportOf).mockResolvedValue(null)
})
afterEach(() => {
  unmount()
  page.remove()
  vi.resetAllMocks()
})

describe('a day without a run', () => {
  it('is planned, looked at and committed as it was looked at', async () => {
    vi.mocked(api.plan).mockResolvedValue(plan('first'))
    vi.mocked(api.commit).mockResolvedValue(report)
    await open()
    expect(find('plan-card')!.dataset.state).toBe('none')
    await press('plan-make')
    expect(find('plan-card')!.dataset.state).toBe('preview')
    expect([find('share-1')!.dataset.new, find('share-2'), find('excluded-2')!.dataset.why]).toEqual(['26', null, 'licence'])
    expect(find('figure-shortage')!.dataset.value).toBe('3')
    vi.mocked(api.planned).mockResolvedValue([])
    await press('why-1')
    // The dialog that asks for the reasons is fetched first.
    await vi.waitFor(() => expect(vi.mocked(api.planned).mock.calls).toEqual([[plan('first'), 1]]), { timeout: 20_000 })
    await press('allocate')
    expect(vi.mocked(api.commit).mock.calls).toEqual([[plan('first')]])
    expect(find('plan-card')!.dataset.state).toBe('committed')
  })

  it('that has changed since must be planned anew before it can be committed', async () => {
    vi.mocked(api.plan).mockResolvedValueOnce(plan('old')).mockResolvedValueOnce(plan('new'))
    vi.mocked(api.commit).mockRejectedValueOnce(new Problem({ status: 409, code: 'plan_outdated' })).mockResolvedValueOnce(report)
    await open()
    await press('plan-make')
    await press('allocate')
    expect(find('plan-outdated')).not.toBeNull()
    expect((find('allocate') as HTMLButtonElement).disabled).toBe(true)
    await press('plan-again')
    expect(find('plan-outdated')).toBeNull()
    await press('allocate')
    expect(vi.mocked(api.commit).mock.lastCall).toEqual([plan('new')])
    expect(find('plan-card')!.dataset.state).toBe('committed')
  })
})

it('a day that has its run shows what each agent got, with nothing to commit', async () => {
  vi.mocked(api.reportOf).mockResolvedValue(report)
  await open()
  expect([find('plan-card')!.dataset.state, find('plan-make'), find('allocate')]).toEqual(['committed', null, null])
})
