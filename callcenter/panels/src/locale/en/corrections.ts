/** Words of corrections of a customer's data. */
export default {
  title: 'Add or correct customer data',
  hint: 'Old value, new value, who and why are kept encrypted and shown in the customer file.',
  field: 'Field',
  value: 'New value',
  emptyRemoves: 'Leave empty to remove the value',
  dateHint: 'such as 1980-05-01',
  why: 'How this was learned',
  done: 'The customer data was updated.',
  history: 'Corrections of the file',
  none: 'Nothing has been corrected.',
  fromTo: '{old} → {now}',
  reopen: 'Reopen',
  reopenHint: 'The closed customer returns to the stock and can be allocated and called again; do-not-call entries and the legal basis apply as before.',
  reopened: 'The customer is in the stock again.'
}
