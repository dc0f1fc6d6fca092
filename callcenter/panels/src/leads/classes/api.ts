/** Customer classes: schemes, their classes and rules, previews and applications. */
import { get, itemsOf, patch, post, put, remove, type Page } from '@/kit/http'

export type FieldKind = 'text' | 'number' | 'date' | 'choice' | 'yes_no'
export type Operator = 'equals' | 'one_of' | 'at_least' | 'at_most' | 'between' | 'contains' | 'known' | 'empty'
export type Scalar = string | number | boolean
export type Value = Scalar | Scalar[] | null

export interface ClassDraft {
  code: string
  name_zh: string
  name_en: string
  callback_grace_minutes: number | null
  most_attempts: number | null
  retry_factor: number | null
  first_call_days: number | null
}

export interface CustomerClass extends ClassDraft {
  rank: number
  default: boolean
}

export interface Scheme {
  id: number
  key: string
  name_zh: string
  name_en: string
  active_version: number | null
  classes: CustomerClass[]
}

export interface Figure {
  code: string | null
  leads: number
  overdue: number
}

export interface Field {
  key: string
  kind: FieldKind
  title: string
  choices: { value: string; label: string }[]
  money: boolean
  operators: Operator[]
}

export interface Condition {
  field: string
  operator: Operator
  value: Value
}

export interface Rule {
  class_code: string
  name: string
  match: 'all' | 'any'
  conditions: Condition[]
}

export interface Finding {
  rule: number
  condition: number | null
  problem: string
}

export interface RuleSet {
  version: number
  rules: Rule[]
  note: string
  active: boolean
  created_at: string
  created_by: string
  activated_at: string | null
  activated_by: string
  activated_why: string
}

export interface Preview {
  scheme_id: number
  version: number | null
  total: number
  moved: number
  manual: number
  moves: { source: string | null; target: string | null; count: number }[]
  by_rule: Record<string, number>
  examples: { lead_id: number; source: string | null; target: string | null; rule_no: number | null; name_masked: string; phone_masked: string }[]
}

export interface JobRef {
  id: number
  kind: string
  state: string
}

export interface Campaign {
  id: number
  name: string
  state?: string
  class_scheme_id: number | null
}

const HERE = '/class-schemes'

export const schemes = async () => itemsOf(await get<Page<Scheme>>(HERE))
export const installDefaults = () => post(`${HERE}/defaults`)
export const createScheme = (wish: { key: string; name_zh: string; name_en: string }) => post<Scheme>(HERE, wish)
export const renameScheme = (id: number, wish: { name_zh: string; name_en: string }) => patch<Scheme>(`${HERE}/${id}`, wish)
export const figures = async (id: number) => itemsOf(await get<Page<Figure>>(`${HERE}/${id}/figures`))
export const addClass = (id: number, wish: ClassDraft) => post<Scheme>(`${HERE}/${id}/classes`, wish)
export const changeClass = (id: number, wish: ClassDraft) => put<Scheme>(`${HERE}/${id}/classes/${wish.code}`, wish)
export const removeClass = (id: number, code: string) => remove<Scheme>(`${HERE}/${id}/classes/${code}`)
export const reorder = (id: number, codes: string[]) => put<Scheme>(`${HERE}/${id}/order`, { codes })
export const setDefault = (id: number, code: string | null) => put<Scheme>(`${HERE}/${id}/default`, { code })
export const fields = async () => itemsOf(await get<Page<Field>>(`${HERE}/fields`))
export const ruleSets = async (id: number) => itemsOf(await get<Page<RuleSet>>(`${HERE}/${id}/rules`))
export const saveRules = (id: number, rules: Rule[], note: string) => post<RuleSet>(`${HERE}/${id}/rules`, { rules, note })
export const orderPreview = (id: number, rules: Rule[]) => post<JobRef>(`${HERE}/${id}/preview`, { rules })
export const preview = (job: number) => get<Preview>(`${HERE}/previews/${job}`)
export const orderApply = (id: number, version: number | null, reason: string) => post<JobRef>(`${HERE}/${id}/apply`, { version, reason })
export const lastApplication = (id: number) => get<JobRef | null>(`${HERE}/${id}/application`)
export const campaigns = async () => itemsOf(await get<Page<Campaign>>('/campaigns'))
export const useScheme = (campaign: number, scheme: number | null) => put<Campaign>(`/campaigns/${campaign}/class-scheme`, { scheme_id: scheme })
