import { createApp, nextTick } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { asking } from '@/kit/ask'
import { i18n } from '@/locale'
import * as api from './api'
import MembersCard from './MembersCard.vue'

vi.mock('./api')

const member = (staff_id: number, quota: number): api.Member => ({
  staff_id, name: `A${staff_id}`, branch: '总行', weight: 1, quota, day_quota: 30, campaigns: { 1: quota, 2: 30 - quota }
})
const campaign = (id: number) => ({ id, name: `活动${id}` }) as api.Campaign

let page: HTMLElement
let unmount = () => {}
const find = (id: string) => page.querySelector<HTMLElement>(`[data-testid="${id}"]`)
const settle = async () => {
  for (let turn = 0; turn < 8; turn++) {
    await Promise.resolve()
    await nextTick()
  }
}

beforeEach(async () => {
  vi.mocked(api.members).mockResolvedValue([member(7, 18), member(8, 30)])
  vi.mocked(api.memberHistory).mockResolvedValue([])
  page = document.createElement('div')
  document.body.append(page)
  const app = createApp(MembersCard, { campaign: 1, campaigns: [campaign(1), campaign(2)], on: '2099-11-24', today: '2099-11-23' }).use(i18n)
  app.mount(page)
  unmount = () => app.unmount()
  await settle()
})
afterEach(() => {
  unmount()
  page.remove()
  vi.resetAllMocks()
})

it('shows how the day’s quota is split, and the sum of this campaign', () => {
  expect(find('member-7')!.textContent).toContain('活动1 18 + 活动2 12 = 30')
  expect(find('members-total')!.dataset.value).toBe('48')
})

it('removes an agent with a reason, from today on, and loads again', async () => {
  vi.mocked(api.setMembers).mockResolvedValue({ changed: 1 })
  find('member-7-remove')!.click()
  await settle()
  expect(asking.value?.reason).toBe(true)
  await asking.value!.run('reorganised')
  asking.value!.closed()
  await settle()
  const body = { campaign_id: 1, staff_ids: [7], weight: 0, from_on: '2099-11-23', reason: 'reorganised' }
  expect(vi.mocked(api.setMembers).mock.calls).toEqual([[body]])
  expect(vi.mocked(api.members)).toHaveBeenCalledTimes(2)
})
