import { describe, expect, it } from 'vitest'
import { loadWords, setLanguage } from '@/locale'
import { AGENT_FIELDS } from './api'
import { fieldName } from './fields'
import { campaignEntries, dayEntries, serviceEntries, valueOf } from './history'

const at = '2026-11-23T02:30:00Z'

describe('what was in force before', () => {
  it('is said in words, with both values and the reason', async () => {
    await setLanguage('zh')
    await loadWords('data')
    const changes = [
      { rule: 'state', old: 'running', new: 'closed' },
      { rule: 'shifts', old: [['10:00', '12:00']], new: [['09:00', '11:00'], ['14:00', '15:00']] }
    ]
    const [entry] = campaignEntries({ versions: [{ number: 2, valid_from: at, by: '李', reason: '试点', origin: 'changed', changes }] })
    expect(entry).toMatchObject({ by: '李', reason: '试点', at })
    expect(entry!.changes).toEqual([
      { what: '状态', old: '进行中', new: '已结束' },
      { what: '班次', old: '10:00–12:00', new: '09:00–11:00、14:00–15:00' }
    ])
  })

  it('names of the retry rules those that differ', async () => {
    await setLanguage('en')
    const busy = { delay_minutes: 30, most: 3, spread: false }
    const before = { rules: { busy, no_answer: busy }, min_gap_minutes: 30, day_parts: ['12:00'] }
    const after = { ...before, rules: { busy, no_answer: { ...busy, most: 2 } }, min_gap_minutes: 45 }
    const changes = [{ rule: 'retries', old: before, new: after }]
    const [entry] = campaignEntries({ versions: [{ number: 2, valid_from: at, by: null, reason: '', origin: 'changed', changes }] })
    expect(entry!.changes.map((change) => change.new)).toEqual(['again after 30 min, at most 2 times', '45'])
  })

  it('names of the fields shown to agents those that are shown differently', async () => {
    await setLanguage('zh')
    const changes = [{ rule: 'agent_fields', old: { age: 'clear', district: 'clear' }, new: { age: 'masked', address: 'masked', district: 'clear' } }]
    const [entry] = campaignEntries({ versions: [{ number: 2, valid_from: at, by: null, reason: '', origin: 'changed', changes }] })
    expect(entry!.changes).toEqual([
      { what: '坐席可见的客户资料 · 年龄', old: '显示', new: '遮盖' },
      { what: '坐席可见的客户资料 · 地址', old: '隐藏', new: '遮盖' }
    ])
    for (const language of ['zh', 'en'] as const) {
      await setLanguage(language)
      expect(AGENT_FIELDS.filter((field) => fieldName(field) === field)).toEqual([])
    }
  })

  it('names the scheme of customer classes', async () => {
    await setLanguage('zh')
    const changes = [{ rule: 'class_scheme_id', old: null, new: 4 }]
    const [entry] = campaignEntries({ versions: [{ number: 2, valid_from: at, by: null, reason: '', origin: 'changed', changes }] }, (id) => `方案${id}`)
    expect(entry!.changes).toEqual([{ what: '客户分类方案', old: '无', new: '方案4' }])
  })

  it('says where a value is only assumed', async () => {
    await setLanguage('en')
    const [entry] = campaignEntries({ versions: [{ number: 1, valid_from: at, by: null, reason: '', origin: 'assumed', changes: [] }] })
    expect(entry!.reason).toContain('assumed')
    expect(valueOf('class_scheme_id', null)).toBe('none')
  })

  it('shows a day given back apart from one decided, and the service hours by their days', async () => {
    await setLanguage('en')
    const [given] = dayEntries({ decisions: [{ on: '2026-11-28', working: null, before: true, reason: 'x', by: null, at }] })
    expect(given!.changes[0]).toEqual({ what: '2026-11-28', old: 'Working', new: 'calendar default' })
    const before = { opens: '08:00', closes: '21:00', days: 'every_day' as const, version: 0 }
    const [hours] = serviceEntries({ versions: [{ before, hours: { ...before, days: 'working_days', version: 1 }, valid_from: at, by: null, reason: 'x' }] })
    expect(hours!.changes[0]).toMatchObject({ old: 'Every day 08:00–21:00', new: 'Working days only 08:00–21:00' })
  })
})
