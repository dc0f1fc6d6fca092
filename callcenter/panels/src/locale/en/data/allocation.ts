export const words = {
  campaign: 'Campaign',
  on: 'Day',
  tabs: 'What is shown',
  tab: { plan: 'Plan', live: 'The day in use', runs: 'Runs' },
  forecast: '{name}: {stock} leads in stock, {need} needed a day, {days} working days',
  forecastNone: '{name}: {stock} leads in stock, nobody needs any on the next working day',
  low: 'less than {least} working days: have more leads supplied',
  notYet: '{on} has not been allocated',
  notYetHint: 'Make a plan first: look at each agent’s quota, what is carried over and what is new, then commit it. Nothing is written before that. At 20:00 the system allocates the next working day by itself.',
  make: 'Make a plan',
  again: 'Make it anew',
  making: 'Reckoning …',
  provisional: '{on} is a working day by forecast only: check the calendar first.',
  preview: 'Preview (not committed)',
  committed: 'Allocated at {at}',
  commit: 'Commit: {assigned} leads for {agents} agents',
  done: '{assigned} leads have been allocated to {agents} agents.',
  already: 'The day had been allocated before: {assigned} leads.',
  seed: 'Seed {seed}: the same data and seed give the same plan',
  figure: {
    agents: 'Agents',
    assigned: 'New',
    carried: 'Carried over',
    returned: 'Back to stock',
    shortage: 'Short',
    stock_left: 'Stock after',
    forecast_days: 'Working days left'
  },
  agent: 'Agent',
  part: 'Part',
  quota: 'Quota',
  carried: 'Carried',
  fresh: 'New',
  load: 'Carried + new / quota',
  noClass: 'no class',
  noDistrict: 'district unknown',
  otherClasses: 'other classes',
  byDistrict: 'By district',
  showDistricts: '{name}: by district',
  moved: '{returned} taken back in the day, {reassigned} got from others',
  why: 'Reasons',
  whyOf: 'Why {name} got these leads',
  excluded: 'Given nothing this time ({count})',
  nobody: 'No agent can be given leads on that day. Look at the roster and at who is fit.',
  place: '#',
  customer: 'Customer',
  state: 'State',
  reason: {
    allocated: 'Allocated in proportion among {agents} agents: class {class} ({of_class} of this agent’s {new} new), district {district}, data of {data_of}. {carried} held before, {done} done that day, quota {quota}. Seed {seed}.',
    allocated_short: '{shortage} leads short, allocated among {agents} agents with each cut by the same part: class {class} ({of_class} of this agent’s {new} new), district {district}, data of {data_of}. {carried} held before, {done} done that day, quota {quota}. Seed {seed}.',
    reassigned: 'Allocated in the day (because of: {why}) among {agents} agents with room: class {class} ({of_class} of this agent’s {new} new), district {district}, data of {data_of}. {carried} held before, {done} done that day, quota {quota}. Seed {seed}.'
  },
  live: {
    none: 'Nobody holds leads on {on}.',
    noneHint: 'Once the day has been allocated, each agent’s progress is seen here.',
    totals: '{agents} agents · {done} of {quota} done · {active} on screens · {open} waiting · {attempts} calls',
    done: 'Done',
    active: 'On screen',
    open: 'Waiting',
    attempts: 'Calls',
    next: 'Next due',
    now: 'now',
    bar: '{done} done, {active} on screen, {open} waiting, quota {quota}',
    fresh: 'renewed every 10 seconds',
    returnLeads: 'Take back',
    returnLeadsTitle: 'Take back {open} waiting leads of {name}',
    returnLeadsHint: 'For an agent who falls ill or leaves in the day. What is on the screen stays. Kept in the audit trail.',
    reassign: 'Reassign them at once to agents with capacity today; the rest returns to the stock',
    returned: '{returned} taken back: {allocated} allocated to others, {left} returned to the stock.'
  },
  runs: {
    none: 'There has been no run yet.',
    made: 'Made at',
    show: 'Show'
  }
}

export const problem = {
  plan_outdated: 'Something has changed since this plan was made: make it anew, look at it, then commit.',
  already_allocated: 'That day has been allocated already: there is nothing to plan.',
  quota_not_found: 'There is no such quota.',
  quota_day_past: 'A quota holds from today on or later.'
}

export const enums = {
  excluded: { off_roster: 'off that day' },
  assignment: { open: 'waiting', active: 'on screen', done: 'done', returned: 'returned' },
  assignmentReason: { allocated: 'allocated in proportion', allocated_short: 'allocated with too few', reassigned: 'allocated in the day' }
}
