import { beforeAll, describe, expect, it } from 'vitest'
import { firstRunStep } from '@/locale/zh/firstRun'
import { PLACES, sentenceOf as stepSentence, type Step } from '@/admin/firstRun'
import { loadWords, setLanguage, type Language } from '@/locale'
import { pages } from '@/router'
import type { Need } from './api'
import { placeOf, sentenceOf } from './needs'
import campaigns from '@/locale/zh/office/campaigns'

const NEEDS = Object.keys(campaigns.enums.startNeed) as Need['need'][]
const STEPS = Object.keys(firstRunStep) as Step['step'][]
const FACTS = {
  ...{ number: '0771', agents: 2, on: '2026-12-01', branches: ['甲'], regions: 1, unready: ['东区'], dispatchers: 1, stock: 3, days: 1 },
  ...{ people: 1, roles: ['agent'], caller_ids: 1, out_of_use: ['carrier'], campaigns: 1, scripts: 1, waits: true, lists: 1, running: 1 }
}
const NOTHING = { branches: [], regions: 0, unready: [], caller_ids: 0, out_of_use: [], waits: false, roles: [] }

describe.each<Language>(['zh', 'en'])('what is done and what is missing, in %s', (language) => {
  beforeAll(async () => {
    await setLanguage(language)
    await loadWords('data')
    await loadWords('operation')
  }, 60_000)

  it('has a sentence without a key or an empty name', () => {
    const said = [
      ...NEEDS.flatMap((need) => [
        sentenceOf({ need, met: true, due_on: null, facts: FACTS }),
        ...[FACTS, { ...FACTS, ...NOTHING }].map((facts) => sentenceOf({ need, met: false, due_on: null, facts }))
      ]),
      ...STEPS.flatMap((step) => [
        stepSentence({ step, done: true, doers: [], facts: FACTS }),
        ...[FACTS, { ...FACTS, ...NOTHING }].map((facts) => stepSentence({ step, done: false, doers: [], facts }))
      ])
    ]
    expect(said.length).toBeGreaterThan(50)
    expect(said.filter((one) => !one || /(campaigns|firstRun)\.|\{|undefined/.test(one))).toEqual([])
  })
})

describe('the page where something is done', () => {
  it('exists, and opens by the right that is asked for', () => {
    const places = [...NEEDS.map((need) => placeOf(need, 1)), ...STEPS.map((step) => PLACES[step])].flatMap((one) => (one ? [one] : []))
    const wrong = places.filter(({ to, right }) => {
      const page = pages.find((one) => one.path === to.split('?')[0])
      return !page || !right.split(' ').some((one) => page.meta.right!.split(' ').includes(one))
    })
    expect(wrong).toEqual([])
  })
})
