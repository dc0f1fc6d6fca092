/** Rules of form items that several forms have. Call them in a `computed`, so that messages follow the language. */
import type { FormItemRule } from 'element-plus'
import { say } from '@/locale'

/** A text must stand there. */
export const required = (message: string = say('form.required')): FormItemRule => ({ required: true, whitespace: true, message, trigger: 'change' })

/** Something must be chosen, or a number given. */
export const chosen = (message: string = say('form.required')): FormItemRule => ({ type: 'any', required: true, message, trigger: 'change' })

/** What is entered must satisfy this. */
export const fits = (check: (value: string) => boolean, message: string): FormItemRule => ({
  validator: (_rule, value: string, done) => (check(value) ? done() : done(new Error(message))),
  trigger: 'change'
})
