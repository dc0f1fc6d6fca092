export const enums = {
  ledgerResult: {
    stock: 'In stock',
    held: 'Assigned',
    promised: 'Awaiting callback',
    success: 'Success',
    thinking: 'Thinking',
    refused: 'Refused',
    do_not_call: 'Asked for do-not-call',
    complaint: 'Complaint',
    lapsed: 'Callback failed',
    wrong_person: 'Wrong person',
    not_reached: 'Not reached',
    invalid_number: 'Invalid number',
    on_dnc_list: 'Do-not-call list',
    withdrawn: 'Consent withdrawn',
    ruled_out: 'Closed by a rule'
  },
  returnedWhy: {
    not_eligible: 'agent may not call',
    off_roster: 'agent not on the roster',
    left: 'agent left',
    active: 'account not active',
    licence: 'no valid licence',
    training: 'training not completed',
    exam: 'exam not passed',
    agreement: 'confidentiality agreement not signed',
    leaving: 'agent is leaving',
    over_quota: 'over the quota',
    returned_leads: 'returned by the agent',
    do_not_call: 'on the do-not-call list',
    basis_withdrawn: 'consent withdrawn'
  }
}
