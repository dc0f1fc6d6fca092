export const enums = {
  excluded: { off_roster: 'not working that day', not_member: 'does not serve the campaign' },
  assignment: { open: 'to call', active: 'in progress', done: 'done', returned: 'returned' },
  assignmentReason: { allocated: 'allocated in proportion', allocated_short: 'allocated in proportion, stock short', reassigned: 'reassigned during the day' }
}
