import { describe, expect, it } from 'vitest'
import type { Version } from './api'
import { asSpoken, comparisonOf, draftOf, emptyLine, filledText, isSame, keptText, shownText, statementsOf, troubleOf, type Draft } from './draft'

const FIRST: Version = {
  version: 1,
  title: '邀约',
  in_force: true,
  valid_from: '2026-11-23T02:00:00Z',
  by: null,
  own: false,
  reason: 'x',
  state: 'published',
  decided_by: null,
  decided_why: '',
  from_on: null,
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

describe('a comparison', () => {
  const [greeting, bye] = FIRST.statements as [Version['statements'][number], Version['statements'][number]]
  const kinds = (statements: Version['statements'], before: Version | undefined = FIRST) =>
    comparisonOf({ ...FIRST, version: 2, statements }, before).map((one) => `${one.difference} ${one.key}`)

  it('shows what was added, changed, removed and kept', () => {
    expect(kinds([{ ...greeting, mandatory: false }, { ...bye, key: 's1' }])).toEqual(['changed greeting', 'removed bye', 'added s1'])
    expect(kinds([bye])).toEqual(['removed greeting', 'same bye'])
    expect(kinds([{ ...greeting, text_en: null }, bye])).toEqual(['changed greeting', 'same bye'])
    expect(kinds([])).toEqual(['removed greeting', 'removed bye'])
  })

  it('of the first version has nothing to compare with', () => {
    expect(comparisonOf(FIRST, undefined).map((one) => one.difference)).toEqual(['same', 'same'])
  })
})

it('a preview has the names filled in', () => {
  const spoken = asSpoken(FIRST, { company: 'A', agent: 'B', licence: 'C' })
  expect(spoken.statements.map((one) => [one.text, one.text_en])).toEqual([['我是A的B，C', 'I am B of A'], ['再见', null]])
})
