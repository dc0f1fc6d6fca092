import { server, type QueryOf, type Schema } from '@/kit/http'

export type Route = Schema<'RouteOut'>
export type Routes = Schema<'RoutesOut'>
export type RouteBody = Schema<'RouteBody'>
export type Channel = Schema<'Channel'>
export type Kind = Schema<'AlertKind'>
export type Message = Schema<'MessageOut'>
export type MessageState = Schema<'MessageState'>

const ALL_CHANNELS: Record<Channel, true> = { mail: true, wecom: true, dingtalk: true, feishu: true, webhook: true }
export const CHANNELS = Object.keys(ALL_CHANNELS) as Channel[]
export const STATE_TONES: Record<MessageState, string> = { waiting: 'busy', sent: 'good', expired: '' }

export const routes = () => server.GET('/messages/routes')
export const messages = (query: QueryOf<'/messages'>) => server.GET('/messages', { params: { query } })
export const addRoute = (body: RouteBody) => server.POST('/messages/routes', { body })
export const changeRoute = (route: Route, body: RouteBody) =>
  server.PUT('/messages/routes/{route_id}', { params: { path: { route_id: route.id } }, body: { ...body, version: route.version } })
export const removeRoute = (route_id: number, reason: string) => server.POST('/messages/routes/{route_id}/remove', { params: { path: { route_id } }, body: { reason } })
export const testRoute = (route_id: number) => server.POST('/messages/routes/{route_id}/test', { params: { path: { route_id } } })
