/** The steps of a new installation: where each is done, and what it has or lacks in a sentence. */
import { server, type Schema } from '@/kit/http'
import { say, wordFor } from '@/locale'

export type Step = Schema<'FirstRunStep'>
export const firstRun = () => server.GET('/first-run')

export const PLACES: Record<Step['step'], { to: string; right: string }> = {
  staff: { to: '/people?tab=staff', right: 'manage_people' },
  regions: { to: '/admin/organisation', right: 'manage_people' },
  line: { to: '/admin', right: 'operate' },
  campaign: { to: '/leads/campaigns', right: 'manage_campaigns' },
  script: { to: '/leads/scripts', right: 'manage_campaigns approve_scripts' },
  list: { to: '/leads/new', right: 'import_leads' },
  members: { to: '/leads/allocation?tab=members', right: 'manage_roster' },
  start: { to: '/leads/campaigns', right: 'manage_campaigns' },
  allocation: { to: '/leads/allocation', right: 'allocate' },
  first_call: { to: '/agent', right: 'use_desk' }
}

const join = (parts: string[]) => parts.join(say('alerts.comma'))

export function sentenceOf({ step, done, facts }: Step): string {
  if (done) return say(`firstRun.done.${step}`, facts)
  if (step === 'staff') return say('firstRun.missing.staff', { roles: join((facts.roles as string[]).map((role) => wordFor('role', role))) })
  if (step === 'regions' && facts.regions) return say('firstRun.missing.regionsUnready', { regions: join(facts.unready as string[]) })
  if (step === 'line' && facts.caller_ids) return say('firstRun.missing.lineOut', { trunks: join(facts.out_of_use as string[]) })
  if (step === 'script' && facts.waits) return say('firstRun.missing.scriptWaits')
  return say(`firstRun.missing.${step}`, facts)
}
