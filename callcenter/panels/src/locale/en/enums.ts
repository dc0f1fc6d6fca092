export default {
  leaveKind: { annual: 'annual leave', sick: 'sick leave', family: 'family leave', training: 'training', other: 'other' },
  standing: { done: 'Called back', within_time: 'Within their time', overdue: 'Overdue' },
  fileField: {
    name: 'Name',
    gender: 'Gender',
    birth_on: 'Birth date',
    district: 'District',
    address: 'Address',
    occupation: 'Occupation',
    employer: 'Employer',
    household: 'Household',
    claims: 'Claims',
    preferences: 'Preferences',
    risk: 'Risk level',
    service_feedback: 'Service feedback',
    referral_source: 'Referred by'
  },
  changeSource: {
    file: 'customer file',
    desk: 'during a call',
    visit: 'at a visit'
  },
  role: {
    agent: 'Phone agent',
    agent_leader: 'Team leader',
    qa: 'Quality control',
    qa_lead: 'Head of quality',
    data_officer: 'Data officer',
    dispatcher: 'Dispatcher',
    field_agent: 'Field agent',
    field_leader: 'Field leader',
    complaint_officer: 'Complaint officer',
    insurer_liaison: 'Insurer liaison',
    auditor: 'Auditor',
    branch_officer: 'Branch officer',
    head_office: 'Head office',
    administrator: 'Administrator'
  },
  seat: {
    offline: 'Logged off',
    paused: 'Paused',
    ready: 'Ready',
    preview: 'Preview',
    on_call: 'On a call',
    wrap_up: 'Wrap-up'
  },
  phone: { off: 'Not registered', connecting: 'Connecting', registered: 'Registered', up: 'Connected', failed: 'Failed' },
  keeping: {
    in_time: 'in time',
    late: 'late',
    behind: 'on hold',
    silent: 'no engine',
    no_switch: 'no switch'
  },
  leg: { none: 'Not connected', connecting: 'Connecting', up: 'Connected' },
  pause: {
    login: 'Just logged on',
    break: 'Break',
    meal: 'Meal',
    training: 'Training',
    meeting: 'Meeting',
    system: 'Set by the system',
    disposition_owed: 'Call result to be entered',
    not_dialled: 'Customer not dialled in time'
  },
  skip: {
    known_person: 'I know this customer',
    wrong_data: 'Data is clearly wrong',
    bad_moment: 'Not a good time to call',
    other: 'Other'
  },
  mode: { preview: 'Preview', progressive: 'Progressive' },
  callbackKind: { agent_promise: 'Promise', complaint: 'Complaint' },
  callKind: { lead: 'Lead', callback: 'Promised callback', complaint: 'Complaint callback' },
  call: { planned: 'Planned', dialling: 'Dialling', ringing: 'Ringing', answered: 'Answered', ended: 'Ended' },
  outcome: {
    answered: 'Answered',
    busy: 'Busy',
    no_answer: 'No answer',
    rejected: 'Rejected',
    unreachable: 'Unreachable',
    congestion: 'Lines congested',
    line_fault: 'Line fault',
    invalid_number: 'Number not in service',
    machine: 'Voicemail',
    cancelled: 'Hung up by the agent',
    not_placed: 'Not placed',
    unknown: 'Unknown'
  },
  disposition: {
    success: 'Agreed to a visit',
    callback: 'Callback agreed',
    thinking: 'Considering',
    refused: 'Refused',
    do_not_call: 'Do not call',
    wrong_person: 'Wrong person',
    complaint: 'Complaint',
    not_reached: 'Not reached',
    machine: 'Voicemail',
    not_entered: 'No disposition entered',
    resolved: 'Callback completed',
    unresolved: 'Still not satisfied'
  },
  complaintCategory: {
    product: 'Product',
    handling: 'Handling',
    staff_unpunctual: 'Staff: unpunctual',
    staff_attitude: 'Staff: attitude',
    staff_ability: 'Staff: ability',
    other: 'Other'
  },
  gender: { male: 'Male', female: 'Female' },
  customerClass: {
    high_value: 'High value',
    high_contribution: 'High contribution',
    general: 'General',
    dormant: 'Dormant',
    core: 'Core',
    key: 'Key',
    ordinary: 'Ordinary',
    potential: 'Potential'
  },
  missing: {
    active: 'the account is not active',
    licence: 'no valid licence',
    training: 'training not completed',
    exam: 'examination not passed',
    agreement: 'confidentiality agreement not signed',
    leaving: 'is leaving the job'
  },
  review: { open: 'Open', claimed: 'In review', decided: 'Decided' },
  verdict: { pass: 'Pass', fail: 'Fail', return: 'Return for correction' },
  recording: { armed: 'Recording', captured: 'Waiting to be stored', stored: 'Stored', empty: 'Silent', failed: 'Missing', destroyed: 'destroyed' },
  visit: { planned: 'To visit', reported: 'Visited', cancelled: 'Cancelled' },
  visitResult: { signed: 'Signed', thinking: 'Considering', refused: 'Refused', not_met: 'Not at home', wrong: 'Wrong information' },
  followed: { waiting: 'To be visited', visited: 'In progress', signed: 'Signed, with the insurer', issued: 'Issued', declined: 'Not issued', ended: 'Not signed' },
  handOver: {
    unknown_region: 'Region unknown',
    questioned: 'To be decided',
    overdue: 'Overdue',
    assigned: 'Assigned',
    open: 'To be assigned',
    done: 'Done'
  },
  case: { open: 'Awaiting callback', answered: 'Awaiting decision', decided: 'Decided, awaiting callback', closed: 'Closed' },
  callback: { due: 'Due', active: 'Being called', held: 'Call held, recording being stored', done: 'Done', lapsed: 'Lapsed' },
  campaign: { preparing: 'Preparing', running: 'Running', closed: 'Closed' },
  rule: {
    none: 'none',
    C1: { campaign_running: 'the campaign is not running', window: 'outside the calling window' },
    H1: { fit_to_telephone: 'the agent does not meet the requirements for calling' },
    C4: { no_call_going_on: 'this number is in a call' },
    C6: { disposed: 'the last call to this number has no disposition yet' },
    C7: { min_gap: 'too soon after the last call' },
    C9: { recorder: 'the recorder is not ready' },
    C13: { line: 'the line refuses calls and waits for a test call' },
    C3: {
      caller_id: 'the caller ID is not approved',
      per_day: 'this number has reached its limit of calls for today',
      per_7_days: 'this number has reached its limit of calls for 7 days',
      attempts: 'this customer has reached the limit of attempts'
    },
    L6: { do_not_call: 'the customer is on the do-not-call list' },
    L9: { legal_basis: 'the legal basis is not valid or was withdrawn' },
    D3: { quota: 'the customer is not assigned to the agent, or the quota is used up' }
  }
}
