export const problem = {
  dnc_entry_not_found: 'There is no such do-not-call entry.',
  dnc_already_lifted: 'This entry is no longer in force. There is nothing to remove.',
  dnc_term_too_short: 'The term is too short: what the customer asked for holds for at least six months, and every term has to end after today.',
  dnc_no_number: 'This is not a number that can be dialled. Check it.',
  dnc_lift_proposed: 'Removal has already been proposed. A second person decides.',
  dnc_lift_not_found: 'There is no such proposal, or it was already decided. Refresh the page.',
  dnc_second_person: 'A second person has to confirm your proposal.',
  dnc_delivery_not_found: 'There is no such file.',
  dnc_delivery_over: 'This file was already imported or discarded. Upload it again.',
  dnc_delivery_ends_numbers: 'Numbers of the delivery before are missing in this file: confirm before it is taken in.',
  dnc_list_not_found: 'There is no such external list.',
  dnc_list_withdrawn: 'This list was withdrawn. To use it again, import it as a new list.',
  dnc_list_name_taken: 'There is a list of this name. Import into that list, or choose another name.',
  dnc_nothing_recognised: 'The file contains no numbers and no SHA-256, MD5 or SM3 hashes. Check it.',
  basis_evidence_too_old: 'The customer withdrew consent. Only evidence given after that day restores it.',
  basis_evidence_invalid: 'The evidence is dated in the future, or it has expired. Check it.'
}

export const enums = {
  dncSource: { call: 'Call', office: 'Manual entry', complaint: 'Complaint', external_list: 'External list' },
  dncState: { in_force: 'In force', lift_proposed: 'Removal proposed', expired: 'Expired', lifted: 'Removed' },
  dncKind: { phone: 'Numbers', sha256: 'SHA-256 hashes', md5: 'MD5 hashes', sm3: 'SM3 hashes' },
  dncDelivery: { uploaded: 'To be imported', in_force: 'In force', superseded: 'Replaced', withdrawn: 'Withdrawn', discarded: 'Discarded' },
  basisAct: { added: 'Evidence recorded', withdrawn: 'Consent withdrawn', reinstated: 'Restored with new evidence' },
  deskNotice: { taken_off: 'Taken off', hung_up: 'Ended', in_conversation: 'In conversation', recording_stopped: 'recording stopped', recording_ended: 'recording stopped, call ended' }
}
