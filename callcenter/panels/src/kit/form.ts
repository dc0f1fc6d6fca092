/** Common rules of form items. Call them in a `computed`, so that messages follow the language. */
import type { FormItemRule } from 'element-plus'
import { say } from '@/locale'

/** Requires a text. */
export const required = (message: string = say('form.required')): FormItemRule => ({ required: true, whitespace: true, message, trigger: 'change' })

/** Requires a choice or a number. */
export const chosen = (message: string = say('form.required')): FormItemRule => ({ type: 'any', required: true, message, trigger: 'change' })

/** Requires a value that satisfies the test. */
export const fits = (check: (value: string) => boolean, message: string): FormItemRule => ({
  validator: (_rule, value: string, done) => (check(value) ? done() : done(new Error(message))),
  trigger: 'change'
})
