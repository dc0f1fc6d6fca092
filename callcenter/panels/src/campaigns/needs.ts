/** What a campaign needs before it may start: in words, and the page where it is done. */
import { say } from '@/locale'
import type { Need } from './api'

const list = (value: unknown) => (value as string[]).join(say('alerts.comma'))

/** What is there or missing, in a sentence. */
export function sentenceOf({ need, met, facts }: Need): string {
  if (met) return say(`campaigns.met.${need}`, facts)
  switch (need) {
    case 'leaders':
    case 'qa':
      return (facts.branches as string[]).length ? say(`campaigns.unmet.${need}In`, { branches: list(facts.branches) }) : say(`campaigns.unmet.${need}`)
    case 'regions':
      return facts.regions ? say('campaigns.unmet.regionsUnready', { regions: list(facts.unready) }) : say('campaigns.unmet.regions')
    default:
      return say(`campaigns.unmet.${need}`, facts)
  }
}

/** Where it is done, and the right that opens the page. */
export function placeOf(need: Need['need'], campaign: number): { to: string; right: string } | null {
  const places: Record<Need['need'], { to: string; right: string } | null> = {
    script: { to: `/leads/scripts?campaign=${campaign}`, right: 'manage_campaigns' },
    caller_id: null,
    agents: { to: `/leads/allocation?campaign=${campaign}&tab=members`, right: 'allocate' },
    leaders: { to: '/people?tab=staff', right: 'manage_people' },
    qa: { to: '/people?tab=staff', right: 'manage_people' },
    regions: { to: '/admin/organisation', right: 'manage_people' },
    receiver: { to: '/people?tab=staff', right: 'manage_people' },
    stock: { to: '/leads', right: 'view_leads' }
  }
  return places[need]
}
