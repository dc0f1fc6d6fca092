import { server, type Schema } from '@/kit/http'

export type About = Schema<'About'>
export type Me = Schema<'Session'>

export const about = () => server.GET('/about')
export const whoAmI = () => server.GET('/session')
export const logIn = (login: string, password: string) => server.POST('/session', { body: { login, password } })
export const changePassword = (present: string, next: string) => server.PUT('/session/password', { body: { present, new: next } })
export const logOut = () => server.DELETE('/session')
