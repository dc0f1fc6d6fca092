/** A change of password, as the dialog of the header and the page of the first log-in ask for it. */
import { computed, reactive } from 'vue'
import { fits, required } from '@/kit/form'
import { say } from '@/locale'
import * as api from './api'

export interface PasswordForm {
  present: string
  next: string
  again: string
}

export function usePasswordForm() {
  const form = reactive<PasswordForm>({ present: '', next: '', again: '' })
  const rules = computed(() => ({
    present: [required()],
    next: [required()],
    again: [required(), fits((again) => again === form.next, say('password.differ'))]
  }))
  return { form, rules, change: () => api.changePassword(form.present, form.next) }
}
