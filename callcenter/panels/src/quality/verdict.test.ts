import { describe, expect, it } from 'vitest'
import { obstacleTo } from './verdict'

const items = [
  { key: 'identity', text_zh: '', text_en: '', fatal: true },
  { key: 'courtesy', text_zh: '', text_en: '', fatal: false }
]
const clean = { items, failed: [], note: '', stored: true }

describe('a verdict', () => {
  it('passes with a stored recording and no failed fatal item', () => {
    expect(obstacleTo('pass', clean)).toBeNull()
    expect(obstacleTo('pass', { ...clean, failed: ['courtesy'] })).toBeNull()
    expect(obstacleTo('pass', { ...clean, failed: ['identity'] })).toBe('fatal_failed')
    expect(obstacleTo('pass', { ...clean, stored: false })).toBe('not_stored')
  })

  it('names what failed, or what is to be corrected', () => {
    expect(obstacleTo('fail', clean)).toBe('nothing_failed')
    expect(obstacleTo('fail', { ...clean, failed: ['courtesy'] })).toBeNull()
    expect(obstacleTo('return', { ...clean, note: ' ' })).toBe('nothing_to_correct')
    expect(obstacleTo('return', { ...clean, note: 'x' })).toBeNull()
  })
})
