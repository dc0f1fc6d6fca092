/** The fields of a customer's file that staff correct and add, in the order of the dialog. */
import type { Schema } from '@/kit/http'

export type FileField = Schema<'FileField'>
export type Correction = Schema<'CorrectionBody'>

/** Every field once; the compiler reports a new one of the server. */
const ALL: Record<FileField, true> = {
  occupation: true,
  employer: true,
  household: true,
  preferences: true,
  risk: true,
  claims: true,
  service_feedback: true,
  referral_source: true,
  district: true,
  address: true,
  name: true,
  gender: true,
  birth_on: true
}
export const FILE_FIELDS = Object.keys(ALL) as FileField[]
