import { get, post, remove } from '@/kit/http'

export interface About {
  rehearsal: boolean
  now: string
  version: string
  locale_default: string
}

export interface Me {
  id: number
  name: string
  role: string
  rights: string[]
  home: string
}

export const about = () => get<About>('/about')
export const whoAmI = () => get<Me>('/session')
export const logIn = (login: string, password: string) => post<Me>('/session', { login, password })
export const logOut = () => remove<void>('/session')
