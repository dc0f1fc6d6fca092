export const words = {
  campaign: 'Campaign',
  on: 'Day',
  tabs: 'View',
  tab: { plan: 'Plan', live: 'Progress', runs: 'Runs' },
  forecast: '{name}: {stock} leads in stock, {need} needed per day, lasts {days} working days',
  forecastNone: '{name}: {stock} leads in stock, no agent needs leads on the next working day',
  low: 'below {least} working days, please add lists soon',
  notYet: '{on} is not allocated yet',
  notYetHint: 'Create a plan first, check each agent’s quota, carried and new leads, then commit it. Nothing is written before that. The system allocates the next working day every evening before 20:00.',
  make: 'Create plan',
  again: 'Create again',
  making: 'Calculating…',
  provisional: 'Whether {on} is a working day is only a forecast. Check the calendar first.',
  preview: 'Plan preview (not committed)',
  committed: 'Allocated at {at}',
  commit: 'Commit: {assigned} leads for {agents} agents',
  done: '{assigned} leads allocated to {agents} agents.',
  already: 'This day was already allocated: {assigned} leads.',
  seed: 'Seed {seed}: the same data and seed give the same plan',
  figure: {
    agents: 'Agents',
    assigned: 'New',
    carried: 'Carried',
    returned: 'Returned to stock',
    shortage: 'Shortage',
    stock_left: 'Stock afterwards',
    forecast_days: 'Working days left'
  },
  agent: 'Agent',
  part: 'Working time',
  quota: 'Quota',
  carried: 'Carried',
  fresh: 'New',
  load: 'Carried + new / quota',
  noClass: 'no class',
  noDistrict: 'district unknown',
  otherClasses: 'other classes',
  byDistrict: 'By district',
  showDistricts: '{name}: by district',
  moved: '{returned} taken back during the day, {reassigned} received from others',
  why: 'Reasons',
  whyOf: 'Why {name} got these leads',
  excluded: 'Not included in this allocation ({count})',
  nobody: 'No agent can be given leads on that day. Check the roster and the requirements for calling.',
  place: 'No.',
  customer: 'Customer',
  state: 'State',
  reason: {
    allocated: 'Allocated in proportion among {agents} agents: class {class} ({of_class} of this agent’s {new} new leads), district {district}, data of {data_of}. Previously held {carried}, done that day {done}, quota {quota}. Seed {seed}.',
    allocated_short: 'Stock is short by {shortage} leads; allocated among {agents} agents, each reduced by the same share: class {class} ({of_class} of this agent’s {new} new leads), district {district}, data of {data_of}. Previously held {carried}, done that day {done}, quota {quota}. Seed {seed}.',
    reassigned: 'Reassigned during the day (reason: {why}) among {agents} agents with room: class {class} ({of_class} of this agent’s {new} new leads), district {district}, data of {data_of}. Previously held {carried}, done that day {done}, quota {quota}. Seed {seed}.'
  },
  live: {
    none: 'No agent holds leads on {on}.',
    noneHint: 'After the allocation, each agent’s progress is shown here.',
    totals: '{agents} agents · {done} of {quota} done · {active} in progress · {open} to call · {attempts} calls',
    done: 'Done',
    active: 'In progress',
    open: 'To call',
    attempts: 'Calls',
    next: 'Next call',
    now: 'now',
    bar: '{done} done, {active} in progress, {open} to call, quota {quota}',
    fresh: 'refreshed every 10 seconds',
    returnLeads: 'Take back leads',
    returnLeadsTitle: 'Take back the {open} leads {name} has not called yet',
    returnLeadsHint: 'For an agent who is suddenly absent or leaves early. The lead on the screen stays. Recorded in the audit log.',
    reassign: 'Reassign at once to agents with room today; the rest returns to the stock',
    returned: '{returned} taken back: {allocated} reassigned, {left} returned to the stock.'
  },
  runs: {
    none: 'No allocations yet.',
    made: 'Allocated at',
    show: 'Show'
  }
}

export const problem = {
  plan_outdated: 'Stock, roster or quotas have changed since this plan was created. Create it again and check it before you commit.',
  already_allocated: 'This day is already allocated. No plan is needed.',
  quota_not_found: 'Quota not found.',
  quota_day_past: 'A quota can only start today or later.'
}

export const enums = {
  excluded: { off_roster: 'not working that day' },
  assignment: { open: 'to call', active: 'in progress', done: 'done', returned: 'returned' },
  assignmentReason: { allocated: 'allocated in proportion', allocated_short: 'allocated in proportion, stock short', reassigned: 'reassigned during the day' }
}
