export const problem = {
  plan_outdated: 'Stock, roster or quotas have changed since this plan was created. Create it again and check it before you commit.',
  already_allocated: 'This day is already allocated. No plan is needed.',
  member_day_past: 'Agents join or leave a campaign today or later.',
  no_campaign_agent: 'Only phone agents serve a campaign.',
  quota_not_found: 'Quota not found.',
  quota_day_past: 'A quota can only start today or later.'
}

export const enums = {
  excluded: { off_roster: 'not working that day', not_member: 'does not serve the campaign' },
  assignment: { open: 'to call', active: 'in progress', done: 'done', returned: 'returned' },
  assignmentReason: { allocated: 'allocated in proportion', allocated_short: 'allocated in proportion, stock short', reassigned: 'reassigned during the day' }
}
