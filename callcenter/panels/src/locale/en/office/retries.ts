export default {
  campaign: 'Campaign',
  hint: 'When a call without a result is followed by another: how soon, how often, in which part of the day. What is switched off ends the lead.',
  after: 'After a call that ended',
  again: 'Try again',
  delay: 'Not before (hours)',
  most: 'Calls in all, at most',
  spread: 'Another part of the day',
  ends: 'Such a call ends the lead.',
  gap: 'Least time between two calls to a number, over all campaigns (minutes)',
  parts: 'Parts of the day',
  partBegins: 'A part begins',
  partAdd: 'Add a part',
  partRemove: 'Remove the part that begins at {at}',
  undo: 'Undo',
  save: 'Save',
  saveTitle: 'Change the retry rules of “{name}”',
  saveHint: 'In force for every call from now on; what is due already stays due.',
  saved: 'The retry rules are in force.'
}

export const problem = {
  retries_invalid: 'The retry rules are wrong: a delay or number is out of its limits, or the parts of the day are out of order. Correct them and save again.'
}
