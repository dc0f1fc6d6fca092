export const problem = {
  sheet_missing: 'The file has no such sheet. Choose another one.',
  fields_invalid: 'The extra fields are not valid. Check their names, types and options.',
  upload_not_found: 'There is no such file, or it was discarded.',
  upload_busy: 'The file is being processed. Wait until it has finished, or cancel first.',
  upload_over: 'The file was already imported or discarded and cannot be changed.'
}

export const enums = {
  reject: {
    unreadable: 'Row cannot be read',
    missing_phone: 'No phone number',
    digits_lost: 'Digits lost: format the column as text',
    foreign: 'Foreign number',
    landline: 'Landline',
    short_code: 'Short number',
    service_number: 'Service hotline',
    malformed: 'Malformed number',
    no_legal_basis: 'No legal basis',
    field_invalid: 'Invalid extra field',
    do_not_call: 'On the do-not-call list',
    duplicate_in_file: 'Duplicate in this file',
    duplicate_in_system: 'Already in the system'
  },
  spoil: {
    bad_character: 'Characters that cannot be read: save it again in UTF-8',
    too_long: 'Too long',
    too_wide: 'Too many columns',
    formula_without_value: 'A formula without its value: open and save it in a spreadsheet program, then upload it again',
    bad_cell: 'A damaged cell'
  },
  rowWarning: {
    no_name: 'No name',
    minor: 'Under 18',
    age_unreadable: 'Age unreadable, left out',
    birth_unreadable: 'Birth date unreadable, left out',
    district_unknown: 'District of no region',
    digits_lost: 'Long number with digits lost, left out',
    hidden_row: 'Row hidden by a filter'
  },
  encoding: { 'utf-8': 'UTF-8', gb18030: 'GB18030 (GBK)', 'utf-16': 'UTF-16' },
  delimiter: { comma: 'Comma ,', tab: 'Tab', semicolon: 'Semicolon ;', bar: "Bar {'|'}" },
  upload: { uploaded: 'To be imported', ordered: 'In progress', imported: 'Imported', discarded: 'Discarded' },
  mappingFrom: { given: 'Mapped manually', remembered: 'Same as last time', guessed: 'Recognised automatically, please check' },
  fieldKind: { text: 'Text', integer: 'Whole number', decimal: 'Decimal number', money: 'Amount', date: 'Date', boolean: 'Yes / no', choice: 'Option' },
  column: {
    name: 'Name',
    phone: 'Phone',
    gender: 'Gender',
    birth_on: 'Date of birth',
    age: 'Age',
    district: 'District',
    address: 'Address',
    occupation: 'Occupation',
    customer_class: 'Class',
    basis_kind: 'Legal basis',
    basis_reference: 'Consent reference',
    basis_valid_until: 'Legal basis valid until',
    id_number: 'Identity number',
    employer: 'Employer',
    household: 'Household',
    income: 'Income',
    policies: 'Policies held',
    claims: 'Claims',
    preferences: 'Preferences',
    risk: 'Risk level',
    service_feedback: 'Service feedback',
    referral_source: 'Referred by'
  }
}
