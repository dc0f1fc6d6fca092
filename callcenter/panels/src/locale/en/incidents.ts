/** Kinds of incidents of recordings, for their page and for the search. */
export default {
  missing: 'No recording',
  no_audio: 'Recording without sound',
  wrong_length: 'Length differs from the call',
  late: 'Not stored in time',
  stuck: 'Not finished for long',
  damaged: 'File damaged',
  orphan: 'Recording without a call',
  object_gone: 'Gone from the object store',
  extra_object: 'Extra object in the store',
  lock_refused: 'lock not lengthened',
  changed: 'stored recording changed'
}

export const authority = { court: 'court', regulator: 'regulator', police: 'police', lawyers: 'the bank’s lawyers' }
export const purpose = { insurer: 'insurer', customer: 'customer', regulator: 'regulator', court: 'court', police: 'police' }
export const refused = { not_sold: 'no application signed', not_issued: 'policy not issued', not_stored: 'not in the store', no_number: 'no registered number', not_entitled: 'for the insurer alone' }
export const retentionRule = {
  legal_hold: 'Legal hold',
  dispute: 'Dispute',
  sold_long_term: 'Sold, long term',
  sold_short_term: 'Sold, short term',
  unsold: 'Unsold'
}
export const incidentDetail = {
  not_armed: 'Answered, and no recording was prepared',
  empty: 'Answered, and the recording is empty',
  no_file: 'Answered, and no file appeared',
  no_file_of_unknown_call: 'Prepared for an unknown call, and no file appeared',
  too_short: '{recorded} recorded, less than the conversation of {against}',
  recorder_stopped: 'the recorder stopped during the call: {recorded} recorded of {against}',
  too_long: '{recorded} recorded, more than the whole call of {against}',
  not_stored: 'Not in the store in time after the call',
  object_gone: 'The store lacks this version, or holds it in another size',
  spare_versions: '{count} versions that belong to no recording',
  other_hash: 'Read back with another hash; it is stored again',
  audio_again: 'Audio appeared again after the recording was stored',
  unknown_call: 'Audio of an unknown call',
  audio_not_armed: 'Audio of a call whose recording was not prepared',
  failing: 'Failed again and again; it is tried further',
  lock_refused: 'the store refuses to lock it until {until} ({error})',
  changed: 'the stored object does not have the hash with which it was stored'
}
