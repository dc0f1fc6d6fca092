export const problem = {
  target_group_not_found: 'There is no such target group, or you may not view it.',
  target_group_not_now: 'The state of the target group has changed and this is no longer possible. Refresh the page.',
  target_group_day_past: 'This date has passed. Choose today or a later date.',
  target_group_other_campaign: 'The target group belongs to another campaign. Import the list into that campaign.',
  branch_missing: 'Your account has no branch. Ask the administrator to enter it.'
}

export const enums = {
  target: {
    proposed: 'To be approved',
    approved: 'List to be supplied',
    supplied: 'To be imported',
    imported: 'Imported',
    refused: 'Rejected',
    withdrawn: 'Withdrawn'
  },
  targetAct: {
    propose: 'proposed',
    approve: 'approved',
    refuse: 'rejected',
    withdraw: 'withdrawn',
    supply: 'supplied the list',
    return: 'list discarded',
    import: 'imported'
  }
}
