/** Customer classes: schemes, their classes and rules, previews and applications. */
import { server, type Schema } from '@/kit/http'

export type Scheme = Schema<'SchemeOut'>
export type CustomerClass = Schema<'ClassOut'>
export type ClassDraft = Schema<'ClassIn'>
export type Figure = Schema<'FigureOut'>
export type Field = Schema<'RuleFieldOut'>
export type Choice = Schema<'FieldChoiceOut'>
export type Operator = Schema<'Operator'>
export type Condition = Schema<'ConditionBody-Output'>
export type Value = Condition['value']
export type Rule = Schema<'RuleBody-Output'>
export type RuleSet = Schema<'RuleSetOut'>
export type Preview = Schema<'ClassPreviewOut'>

const of = (scheme_id: number) => ({ path: { scheme_id } })
const ofClass = (scheme_id: number, code: string) => ({ path: { scheme_id, code } })

export const schemes = async () => (await server.GET('/class-schemes')).items
export const installDefaults = () => server.POST('/class-schemes/defaults')
export const createScheme = (body: Schema<'SchemeIn'>) => server.POST('/class-schemes', { body })
export const renameScheme = (scheme_id: number, body: Schema<'SchemeNames'>) => server.PATCH('/class-schemes/{scheme_id}', { params: of(scheme_id), body })
export const figures = async (scheme_id: number) => (await server.GET('/class-schemes/{scheme_id}/figures', { params: of(scheme_id) })).items
export const addClass = (scheme_id: number, body: ClassDraft) => server.POST('/class-schemes/{scheme_id}/classes', { params: of(scheme_id), body })
export const changeClass = (scheme_id: number, body: ClassDraft) =>
  server.PUT('/class-schemes/{scheme_id}/classes/{code}', { params: ofClass(scheme_id, body.code), body })
export const removeClass = (scheme_id: number, code: string) =>
  server.DELETE('/class-schemes/{scheme_id}/classes/{code}', { params: ofClass(scheme_id, code) })
export const reorder = (scheme_id: number, codes: string[]) => server.PUT('/class-schemes/{scheme_id}/order', { params: of(scheme_id), body: { codes } })
export const setDefault = (scheme_id: number, code: string | null) =>
  server.PUT('/class-schemes/{scheme_id}/default', { params: of(scheme_id), body: { code } })
export const fields = async () => (await server.GET('/class-schemes/fields')).items
export const ruleSets = async (scheme_id: number) => (await server.GET('/class-schemes/{scheme_id}/rules', { params: of(scheme_id) })).items
export const saveRules = (scheme_id: number, rules: Rule[], note: string) =>
  server.POST('/class-schemes/{scheme_id}/rules', { params: of(scheme_id), body: { rules, note } })
export const requestPreview = (scheme_id: number, rules: Rule[]) =>
  server.POST('/class-schemes/{scheme_id}/preview', { params: of(scheme_id), body: { rules } })
export const preview = (job_id: number) => server.GET('/class-schemes/previews/{job_id}', { params: { path: { job_id } } })
export const requestApplication = (scheme_id: number, version: number | null, reason: string) =>
  server.POST('/class-schemes/{scheme_id}/apply', { params: of(scheme_id), body: { version, reason } })
export const lastApplication = (scheme_id: number) => server.GET('/class-schemes/{scheme_id}/application', { params: of(scheme_id) })
export const useScheme = (campaign_id: number, scheme_id: number | null, reason: string) =>
  server.PUT('/campaigns/{campaign_id}/class-scheme', { params: { path: { campaign_id } }, body: { scheme_id, reason } })
