/** Words of the campaign pages. */
const campaigns = {
  hint: 'A campaign offers one product by telephone. A new one is prepared first; it starts when nothing is missing.',
  add: 'New campaign',
  addHint: 'All other rules begin with the values of the regulation and the plan; change them on the page of the campaign.',
  added: 'The campaign was made; it is being prepared.',
  changeTitle: 'Change the campaign “{name}”',
  changeHint: 'Once a campaign has run, its name, product and company are kept. Copy it to sell another product.',
  saved: 'The campaign was changed.',
  name: 'Campaign',
  product: 'Product',
  company: 'Full name of the insurer (spoken at the start of a call)',
  callerId: 'Caller ID',
  callerIdHint: 'A number the carrier has approved',
  noCallerIds: 'There is no approved caller ID yet: the operator enters them in the settings of the installation.',
  notApproved: 'not approved',
  legalHours: 'Legal calling hours',
  firstOn: 'First day',
  atOnce: 'Calls as soon as it starts',
  trunk: 'Trunk',
  state: 'State',
  why: 'Reason',
  none: 'No campaign yet',
  noneHint: 'Make one, then write its script, import a list and choose its agents.',
  all: 'All campaigns',
  members: 'Agents who serve it',
  particulars: 'Particulars',
  edit: 'Change',
  copy: 'Copy',
  copyTitle: 'Copy the campaign “{name}”',
  copyHint: 'All rules are copied; the script becomes your draft, which is submitted and approved by another person. Agents, lists and first day are not copied.',
  copyName: 'Name of the new campaign',
  copied: 'The campaign was copied; it is being prepared.',
  needs: 'Before it may start',
  needsMet: '{met} of {all} done',
  done: 'Done',
  missing: 'Missing',
  dueOn: 'due by {on}',
  goThere: 'Do it there',
  stockLow: 'The stock lasts {days} working days only: import another list soon',
  start: 'Start',
  startLocked: 'It can start when nothing is missing.',
  prepare: 'Back to preparation',
  closeIt: 'Close',
  move: { running: 'Start the campaign “{name}”', preparing: 'Take the campaign “{name}” back to preparation', closed: 'Close the campaign “{name}”' },
  moveHint: {
    running: 'From its first day on, customers are called inside the calling window.',
    preparing: 'No more calls; leads that agents have not called return to the stock with the next allocation. Promised callbacks and complaint callbacks stay.',
    closed: 'No more calls; leads that agents have not called return to the stock. Promised callbacks and complaint callbacks stay. It can be started again later.'
  },
  moved: { running: 'The campaign has started.', preparing: 'The campaign is being prepared again.', closed: 'The campaign is closed.' },
  met: {
    script: 'The script is in force.',
    caller_id: 'The caller ID {number} is approved.',
    agents: 'Agents who serve it on {on} and may telephone: {agents}.',
    leaders: 'Each branch with agents has a leader.',
    qa: 'Each branch with agents has a reviewer.',
    regions: 'Regions, each with districts and a leader: {regions}.',
    receiver: 'Dispatchers who receive the successes: {dispatchers}.',
    stock: 'Leads in stock that may be called: {stock}.'
  },
  unmet: {
    script: 'No script is in force: submit a version, and another person approves it.',
    caller_id: 'The carrier has not approved the caller ID {number}: no call can be placed.',
    agents: 'No agent serves it on {on} who may telephone: add agents, and check their licence, training, exam, agreement and roster.',
    leaders: 'Add agents first, then a leader for their branch.',
    leadersIn: 'Branches without a leader of agents: {branches}.',
    qa: 'Add agents first, then a reviewer for their branch.',
    qaIn: 'Branches without a reviewer: {branches}.',
    regions: 'There is no region of the field yet.',
    regionsUnready: 'Regions without districts or leader: {regions}.',
    receiver: 'No dispatcher receives the successes.',
    stock: 'There are no leads that may be called: import a list.'
  }
}

const problem = {
  campaign_name_taken: 'There is a campaign “{name}” already. Choose another name.',
  campaign_has_run: 'This campaign has run: its name, product and company are kept. Copy it to sell another product.',
  caller_id_not_approved: 'The carrier has not approved the caller ID {number}. Choose another.',
  first_day_past: 'The first day is today or later.',
  campaign_not_ready: 'Something is still missing: see “Before it may start” on the page of the campaign.',
  campaign_not_begun: 'The campaign begins on {first}: no leads are allocated before.'
}

const enums = {
  startNeed: {
    script: 'Script',
    caller_id: 'Caller ID',
    agents: 'Agents',
    leaders: 'Leaders of agents',
    qa: 'Reviewers',
    regions: 'Regions of the field',
    receiver: 'Receiver of successes',
    stock: 'Leads'
  },
  legalHours: { regulation: 'Bank regulation', life_insurance: 'Life insurance rules' }
}

export default { campaigns, problem, enums }
