import { describe, expect, it } from 'vitest'
import type { Version } from './api'
import { differenceOf, draftOf, emptyLine, filledText, isSame, keptText, removedOf, shownText, statementsOf, troubleOf, type Draft } from './draft'

const FIRST: Version = {
  version: 1,
  title: '邀约',
  in_force: true,
  valid_from: '2026-11-23T02:00:00Z',
  by: null,
  reason: 'x',
  statements: [
    { key: 'greeting', text: '我是{company}的{agent}，{licence}', text_en: 'I am {agent} of {company}', mandatory: true },
    { key: 'bye', text: '再见', text_en: null, mandatory: false }
  ]
}
const draftWith = (change: (draft: Draft) => void) => {
  const draft = draftOf(FIRST)
  change(draft)
  return draft
}
const trouble = (change: (draft: Draft) => void) => troubleOf(draftWith(change))

describe('the names in a script', () => {
  it('are shown in Chinese and kept as the server writes them', () => {
    expect(shownText('{company}的{agent}{x}', 'zh')).toBe('{公司全称}的{坐席姓名}{x}')
    expect(keptText(' {公司全称}的{ agent }{x} ')).toBe('{company}的{agent}{x}')
    expect(filledText('{公司全称}：{坐席姓名}{x}', { company: 'A', agent: 'B', licence: 'C' })).toBe('A：B{x}')
  })
})

describe('a draft', () => {
  it('is the version it was made from until it is edited', () => {
    expect(statementsOf(draftOf(FIRST))).toEqual(FIRST.statements)
    expect(isSame(draftOf(FIRST), FIRST)).toBe(true)
    expect(isSame(draftWith((draft) => draft.lines.reverse()), FIRST)).toBe(false)
    expect(isSame(draftWith((draft) => (draft.title = '新')), FIRST)).toBe(false)
    expect(isSame(draftOf(undefined), undefined)).toBe(true)
  })

  it('says why it cannot be published', () => {
    expect(trouble(() => {})).toBeNull()
    expect(trouble((draft) => (draft.lines = []))).toEqual({ key: 'empty' })
    expect(trouble((draft) => (draft.title = ' '))).toEqual({ key: 'title' })
    expect(trouble((draft) => draft.lines.push(emptyLine()))).toEqual({ key: 'blank', number: 3 })
    expect(trouble((draft) => (draft.lines[1]!.text = '{电话}'))).toEqual({ key: 'unknown', number: 2, names: ['{电话}'] })
    expect(trouble((draft) => (draft.lines[0]!.text = '我是{坐席姓名}'))).toEqual({ key: 'missing', names: ['company', 'licence'] })
    expect(trouble((draft) => (draft.lines[0]!.mandatory = false))?.key).toBe('missing')
  })
})

it('a version says what it changed', () => {
  const [greeting, bye] = FIRST.statements as [Version['statements'][number], Version['statements'][number]]
  const second = { ...FIRST, version: 2, statements: [{ ...greeting, mandatory: false }, { ...bye, key: 's1' }] }
  expect(second.statements.map((one) => differenceOf(one, FIRST))).toEqual(['changed', 'added'])
  expect(differenceOf(bye, FIRST)).toBe('same')
  expect(differenceOf(bye, undefined)).toBe('same')
  expect(removedOf(second, FIRST)).toEqual([bye])
})
