import { server, type Schema } from '@/kit/http'

export type About = Schema<'About'>
export type Me = Schema<'Session'>

export const about = () => server.GET('/about')
export const whoAmI = () => server.GET('/session')
export const logIn = (login: string, password: string) => server.POST('/session', { body: { login, password } })
export const changePassword = (present: string, next: string) => server.PUT('/session/password', { body: { present, new: next } })
export type LogIn = Schema<'SessionOut'>
export const mySessions = () => server.GET('/session/all')
export const endMySessions = (session_id: number | null) => server.POST('/session/end', { body: { session_id } })
export const logOut = () => server.DELETE('/session')
