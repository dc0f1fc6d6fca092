import { server, type Schema } from '@/kit/http'

export type Alert = Schema<'AlertOut'>

export const alerts = () => server.GET('/alerts')
export const acknowledge = (alert_id: number, note: string) =>
  server.POST('/alerts/{alert_id}/acknowledge', { params: { path: { alert_id } }, body: { note } })
export const campaigns = () => server.GET('/campaigns')
