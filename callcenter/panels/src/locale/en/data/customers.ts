/** Customer file, whether a call is possible, history. */

export const problem = {
  search_too_wide: 'Enter at least one search criterion.',
  note_not_found: 'Nothing was written there, or it belongs to another customer. Reload the page.',
  number_unreadable: 'This is not a number that can be dialled. Check the digits.',
  id_number_malformed: 'This is no identity number: an identity card has 18 characters (an old one 15), other documents letters and digits. Check it.'
}

export const enums = {
  leadState: { stock: 'In stock', assigned: 'Allocated', closed: 'Closed' },
  basisKind: {
    written_consent: 'Written consent',
    recorded_consent: 'Recorded consent',
    electronic_consent: 'Electronic consent',
    existing_relation: 'Existing customer'
  },
  dncReason: {
    customer_request: 'Customer’s request',
    refused: 'Refused',
    complaint: 'Complaint',
    wrong_person: 'Wrong person',
    industry_list: 'External list',
    other: 'Other'
  },
  gateCause: {
    campaign_not_running: 'The campaign is not running.',
    window_closed: 'Outside calling hours: {part}.',
    agent_unfit: '{agent} is not qualified to call customers: {missing}.',
    recorder_not_ready: 'Recording is not ready. Check the switch and the disk.',
    line_refuses: 'The line {trunk} refuses every call and is paused until a test call succeeds.',
    caller_id_not_approved: 'The campaign’s caller ID is not on the approved list.',
    on_do_not_call_list: 'The number is on the do-not-call list.',
    no_valid_basis: 'There is no valid consent, or it was withdrawn.',
    called_just_now: 'Too little time has passed since the last call to this number.',
    called_today: 'Called {count} times today; the limit is {cap}.',
    called_in_7_days: 'Called {count} times in 7 days; the limit is {cap}.',
    attempts_used_up: 'Called {count} times; the limit is {cap}.',
    not_assigned: 'Not assigned to {agent} for today, or over the quota.',
    customer_closed: 'This customer is closed and is not allocated again.',
    not_allocated: 'Not assigned to any agent.',
    held_by_another: 'Assigned to {agent}.',
    left_to_complaint_staff: 'The complaint staff call back first; phone agents follow when the time is over.',
    promised_by_another: '{agent} promised to call back and calls first.',
    agent_complained_of: 'The complaint is about {agent}; another agent has to call.',
    not_due: 'The next attempt is not due yet.',
    call_going_on: 'A call to this number is in progress or about to start.',
    disposition_owed: 'The last conversation has no disposition yet: perhaps the customer refused.',
    off_roster: '{agent} is not on the roster today.'
  },
  windowPart: {
    window: 'open',
    campaign_state: 'the campaign is not running',
    working_day: 'today is not a working day',
    legal_calling_hours: 'outside the legal calling hours, 08:00–21:00',
    shift: 'outside the campaign’s shifts',
    service_hours: 'outside the hours of complaint and service callbacks',
    window_not_evaluable: 'the calling hours cannot be determined and count as closed'
  },
  returnReason: {
    returned_leads: 'returned by the agent',
    not_eligible: 'agent may not call that day',
    not_member: 'agent does not serve the campaign any more',
    campaign_stopped: 'campaign stopped',
    other_branch: 'lead belongs to another branch',
    left: 'agent left the bank',
    over_quota: 'over the quota',
    do_not_call: 'do not call',
    basis_withdrawn: 'consent withdrawn',
    off_roster: 'agent not on the roster',
    other: 'other'
  },
  lapseReason: {
    superseded: 'a newer promise',
    overtaken: 'the customer was spoken to',
    not_reached: 'not reached in several attempts',
    do_not_call: 'put on the do-not-call list',
    basis_withdrawn: 'consent withdrawn'
  },
  routingReason: {
    no_region: 'no single region serves the district',
    no_field_agent: 'the region has no field agent',
    all_full: 'every field agent of the region is full that day',
    least_loaded: 'to the field agent with the fewest visits that day',
    time_passed: 'the visit time had passed: agree a new one',
    manual: 'assigned manually',
    agent_left: 'the field agent left: assigned anew',
    agent_away: 'the field agent is away that day: assigned anew',
    ended: 'ended by a visit',
    left_open: 'visited, without a next appointment',
    next_appointment: 'next appointment made',
    called_off: 'visit called off'
  },
  liftReason: { complaint_decided: 'the complaint is decided', not_delivered_again: 'no longer on the external list' },
  gate: {
    C7: { not_closed: 'Customer not closed', due: 'Attempt due', min_gap: 'Time since the last call' },
    D3: { assigned: 'Assigned to an agent', quota: 'Assigned for today, within the quota' },
    X3: { no_conflict: 'No conflict of interest' },
    C4: { no_call_going_on: 'No call in progress' },
    C6: { disposed: 'Last conversation has its disposition' },
    D2: { on_roster: 'Agent on the roster today' },
    C1: { campaign_running: 'Campaign running', window: 'Calling hours' },
    H1: { fit_to_telephone: 'Agent qualified' },
    C9: { recorder: 'Recording ready' },
    C13: { line: 'Line in use' },
    C3: { caller_id: 'Caller ID approved', per_day: 'Calls per day', per_7_days: 'Calls in 7 days', attempts: 'Attempts' },
    L6: { do_not_call: 'Not on the do-not-call list' },
    L9: { legal_basis: 'Legal basis valid' }
  },
  notePart: { note: 'Note', old: 'Before', new: 'After', why: 'Reason' },
  happeningGroup: { calls: 'Calls', allocation: 'Allocation', file: 'Customer data', visits: 'Visits', complaints: 'Complaints', protection: 'Consent and do-not-call', access: 'Data access' },
  happening: {
    imported: 'Imported',
    allocated: 'Allocated',
    returned: 'Returned',
    finished: 'Closed',
    skipped: 'Skipped',
    call: 'Call',
    recording: 'Recording',
    listened: 'Recording played',
    note_read: 'Note read',
    callback: 'Callback scheduled',
    callback_done: 'Called back',
    review: 'Review',
    hand_over: 'Hand-over',
    visit: 'Visit',
    complaint: 'Complaint',
    complaint_decided: 'Complaint decided',
    dnc_entered: 'Added to do-not-call',
    dnc_lift_proposed: 'Removal proposed',
    dnc_lift_declined: 'Removal declined',
    dnc_lifted: 'Removed from do-not-call',
    basis_added: 'Consent recorded',
    basis_withdrawn: 'Consent withdrawn',
    class_set: 'Class set',
    corrected: 'Data corrected',
    revealed: 'Unmasked'
  }
}
