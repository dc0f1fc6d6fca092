export const words = {
  tabs: 'Content',
  tab: { leave: 'Leave', staff: 'Staff' },
  name: 'Name',
  login: 'Log-in',
  role: 'Role',
  branch: 'Branch',
  licence: 'Licence valid until',
  state: 'State',
  search: 'Find by name, log-in or branch',
  active: 'Active',
  gone: 'Left ({at})',
  locked: 'log-in locked until {until}',
  unlock: 'Unlock',
  unlocked: '{name} can log in again.',
  leaveBank: 'Leaves the bank',
  leaveTitle: '{name} ({role}) leaves the bank',
  leaveText: 'The account is closed and logged out at once. Leads go to agents with room or to the stock, promised callbacks to the team, claimed reviews back to the queue, planned visits to others of the region or to the dispatcher. This cannot be undone.',
  left: '{name} has left: the account is closed, the work went to others.',
  leaveHint: 'People on leave get no leads, visits, reviews or callbacks; what they hold goes to others at once.',
  noLeave: 'No leave runs or is planned.',
  enter: 'Enter leave',
  enterHint: 'Both days are included. Leads, visits and reviews of these days go to others at once; promised callbacks keep their time and are made by the team.',
  entered: 'Leave entered; the work went to others.',
  kind: 'Reason',
  days: 'Days',
  from: 'From',
  until: 'Until (included)',
  change: 'Change',
  changeTitle: '{name}: change the leave from {first_on} to {last_on}',
  changeHint: 'Enter the new last day. For an early return, enter the day before it.',
  changed: 'Leave changed.',
  withdraw: 'Withdraw',
  withdrawTitle: 'Withdraw the leave of {name} from {first_on} to {last_on}',
  withdrawHint: 'Work that went to others does not come back by itself.',
  withdrawn: 'Leave withdrawn.',
  leaveState: { now: 'On leave', planned: 'To come', withdrawn: 'Withdrawn' }
}

export const problem = {
  own_leaving: 'You cannot end your own employment: ask another administrator.',
  not_available: 'You are on leave, off duty or inactive today and cannot take on work. Have your leader correct the leave or the roster first.',
  leave_not_found: 'This leave was not found, or it was withdrawn. Please refresh.',
  leave_overlaps: 'This person is on leave from {first} to {last} already: change that leave.',
  leave_span: 'A leave has at least one day and at most a year, and does not end before today.'
}

export const enums = {
  leaveKind: { annual: 'annual leave', sick: 'sick leave', family: 'family leave', training: 'training', other: 'other' }
}
