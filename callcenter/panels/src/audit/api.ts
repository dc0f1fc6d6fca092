import { server, type QueryOf, type Schema } from '@/kit/http'

export type Entry = Schema<'EntryLine'>
export type AccessEntry = Schema<'AccessLine'>
export type Access = Schema<'Access'>
export type Chain = Schema<'ChainOut'>
export type Line = Schema<'CertificateLine'>
export type Certificate = Schema<'CertificateOut'>
export type Section = Schema<'SectionOut'>
export type Result = Schema<'Result'>

const ALL_ACCESSES: Record<Access, true> = { reveal: true, listen: true, export: true, read: true }
export const ACCESSES = Object.keys(ALL_ACCESSES) as Access[]
export const STANDING_TONES: Record<Schema<'Standing'>, string> = { done: 'good', within_time: 'warn', overdue: 'bad' }
export const TONES: Record<Result, string> = { holds: 'good', broken: 'bad', nothing_checked: 'warn' }

export const entries = (query: QueryOf<'/audit'>) => server.GET('/audit', { params: { query } })
export const accesses = (query: QueryOf<'/audit/access'>) => server.GET('/audit/access', { params: { query } })
export const staff = (search: string) => server.GET('/people/choices', { params: { query: { search } } })
export const chain = () => server.GET('/audit/chain')
export const check = () => server.POST('/audit/chain/check')
export const certificates = (query: QueryOf<'/audit/certificates'>) => server.GET('/audit/certificates', { params: { query } })
export const certificate = (job_id: number) => server.GET('/audit/certificates/{job_id}', { params: { path: { job_id } } })
export const make = (body: Schema<'CertificateRequest'>) => server.POST('/audit/certificates', { body })
