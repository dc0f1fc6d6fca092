/** The names of the fields that a campaign shows to its agents, and what a change of the setting means. */
import { say, wordFor } from '@/locale'
import { AGENT_FIELDS, type AgentField, type AgentFields } from './api'

export const fieldName = (field: AgentField) => (field === 'further' ? say('roster.window.fields.further') : wordFor('column', field))

/** Each field that is shown differently, with both showings. */
export function fieldChanges(old: AgentFields, now: AgentFields): { what: string; old: string; new: string }[] {
  const showing = (fields: AgentFields, field: AgentField) => wordFor('showing', fields[field] ?? 'hidden')
  return AGENT_FIELDS.filter((field) => old[field] !== now[field]).map((field) => ({
    what: `${wordFor('campaignRule', 'agent_fields')} · ${fieldName(field)}`,
    old: showing(old, field),
    new: showing(now, field)
  }))
}
