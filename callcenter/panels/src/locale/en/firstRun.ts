/** Words of the page of the first run. */
export const firstRun = {
  hint: 'A new installation is set up in these steps, until the first customer was called and the call recorded. Each step is ticked as soon as it is done.',
  complete: 'Every step is done: a customer was called and the call recorded. This page stays.',
  count: '{done} of {all} steps done',
  doers: 'Done by: {roles}',
  isDone: 'Done',
  isNow: 'Now',
  isMissing: 'Missing',
  go: 'Do it there',
  look: 'Look',
  done: {
    staff: '{people} people; every role that is needed is there.',
    regions: 'Regions, each with districts and a leader: {regions}.',
    line: 'Approved caller IDs: {caller_ids}; the line works.',
    campaign: 'Campaigns: {campaigns}.',
    script: 'Campaigns with a script in force: {scripts}.',
    list: 'A list of customers was imported.',
    members: 'Agents who serve a campaign: {agents}.',
    start: 'Campaigns that run: {running}.',
    allocation: 'Leads were allocated to agents.',
    first_call: 'The recording of the first call is stored.'
  },
  missing: {
    staff: 'These roles are missing: {roles}. Add them one by one.',
    regions: 'Add regions with districts and a leader; customers are visited by their district.',
    regionsUnready: 'Regions without districts or leader: {regions}.',
    line: 'There is no approved caller ID: the installer enters them with callcenter setup.',
    lineOut: 'Out of use: {trunks}. See the alert.',
    campaign: 'Make a campaign: product, insurer, caller ID, hours.',
    script: 'Write the script and submit it; another person (a leader of agents or of reviewers) approves it.',
    scriptWaits: 'The script waits for the approval of another person (a leader of agents or of reviewers).',
    list: 'The data officer imports the first list of customers.',
    members: 'Choose the agents who serve the campaign.',
    start: 'When nothing is missing, start the campaign on its page.',
    allocation: 'Allocate leads for today or the next working day; later it happens each working day at 19:30.',
    first_call: 'An agent logs on at the desk and calls the first customer.'
  }
}

export const firstRunStep = {
  staff: 'Staff',
  regions: 'Regions of the field',
  line: 'Line and caller IDs',
  campaign: 'Campaign',
  script: 'Script',
  list: 'List of customers',
  members: 'Agents of the campaign',
  start: 'Start',
  allocation: 'Allocation',
  first_call: 'First call'
}
