/** Words of the page of diagnosis. */
export default {
  hint: 'Why nothing is dialled, why agents wait, and what to do. For a deeper look at servers, trunk and certificate run the command on that machine.',
  faults: 'Found: {count}',
  madeAt: 'Looked at {at}',
  fine: 'Nothing is wrong.',
  ways: 'From the list to a call',
  waysHint: 'How many are left at each step; the marked one is the reason why no customer is offered.',
  noWays: 'No campaign runs.',
  open: 'Window open',
  closed: 'Window closed',
  stuck: 'Nothing is left here',
  severity: { stops: 'Stops', warns: 'Warning', explains: 'Reason' },
  area: {
    settings: 'Settings',
    machine: 'Machine',
    database: 'Database',
    store: 'Store',
    switch: 'Switch',
    trunk: 'Trunk',
    parts: 'Parts',
    today: 'Today',
    campaign: 'Campaign',
    leads: 'Leads',
    agents: 'Agents',
    operation: 'Operation'
  },
  step: {
    listed: 'Listed',
    in_stock: 'In the stock',
    callable: 'May be called',
    assigned_today: 'Assigned today',
    open: 'Open',
    due: 'Agents with a due lead',
    agents_ready: 'Agents ready'
  }
}
