/** The person logged in, and whether this system is a rehearsal. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { forgetLists } from '@/field/queue'
import { Problem } from '@/kit/http'
import { setServerNow } from '@/kit/time'
import * as api from './api'

export const useSession = defineStore('session', () => {
  const me = ref<api.Me | null>(null)
  const system = ref<api.About | null>(null)
  const looked = ref(false)

  const rights = computed(() => new Set(me.value?.rights ?? []))
  const rehearsal = computed(() => system.value?.rehearsal ?? false)

  async function lookAround(): Promise<void> {
    try {
      system.value = await api.about()
      setServerNow(system.value.now)
    } catch {
      // The pages show the problem when they load their own data.
    }
  }

  /** Finds the session of the cookie, once. A lost connection is not the end of a session. */
  async function find(): Promise<void> {
    if (looked.value) return
    try {
      me.value = await api.whoAmI()
      remember(me.value)
    } catch (problem) {
      me.value = problem instanceof Problem && problem.status !== 401 ? recall() : null
    }
    looked.value = true
  }

  async function logIn(login: string, password: string): Promise<api.Me> {
    me.value = await api.logIn(login, password)
    looked.value = true
    remember(me.value)
    void lookAround()
    return me.value
  }

  /** Asks again who is logged in: a change of password opens the pages. */
  async function look(): Promise<void> {
    me.value = await api.whoAmI()
    remember(me.value)
  }

  async function logOut(): Promise<void> {
    await api.logOut()
    forget()
  }

  /** Clears the session in this browser after the server has ended it. */
  function forget(): void {
    me.value = null
    looked.value = true
    localStorage.removeItem(KEY)
    forgetLists()
  }

  /** Of several rights, with a space between, one is enough. */
  const may = (right: string | undefined) => !right || right.split(' ').some((one) => rights.value.has(one))

  return { me, system, rehearsal, rights, may, lookAround, find, look, logIn, logOut, forget }
})

/** Field agents may open their page offline: the last known person is used until the server answers. */
const KEY = 'callcenter.me'

function remember(me: api.Me): void {
  localStorage.setItem(KEY, JSON.stringify(me))
}

function recall(): api.Me | null {
  const kept = localStorage.getItem(KEY)
  return kept ? (JSON.parse(kept) as api.Me) : null
}
