export const enums = {
  classField: {
    age: 'Age',
    gender: 'Gender',
    district: 'District',
    occupation: 'Occupation',
    list_class: 'Class in the list',
    basis_kind: 'Legal basis',
    list: 'List',
    source: 'Source',
    branch: 'Branch',
    carrier: 'Carrier',
    city: 'City of the number',
    data_age: 'Days since import',
    income: 'Income',
    policies: 'Policies held',
    employer: 'Employer',
    household: 'Household',
    claims: 'Claims',
    preferences: 'Preferences',
    risk: 'Risk',
    service_feedback: 'Service feedback',
    referral_source: 'Referred by'
  },
  classOperator: {
    equals: 'is',
    one_of: 'is one of',
    at_least: 'at least',
    at_most: 'at most',
    between: 'between',
    contains: 'contains',
    known: 'is known',
    empty: 'is empty'
  },
  classChoice: {
    male: 'male',
    female: 'female',
    written_consent: 'written consent',
    recorded_consent: 'recorded consent',
    electronic_consent: 'electronic consent',
    existing_relation: 'existing relation'
  },
  classSource: { manual: 'set manually', rule: 'by rule', list: 'from the list', default: 'default' },
  ruleProblem: {
    unknown_class: 'Choose a class. The previous one no longer exists.',
    no_condition: 'Add at least one condition.',
    unknown_field: 'There is no such field. Choose another one.',
    operator_unfit: 'This field cannot be compared in this way. Choose another comparison.',
    value_missing: 'Enter a value to compare with.',
    value_unfit: 'The value does not match the field. Enter a number, a date or a text.',
    range_backwards: 'The lower limit is above the upper limit. Swap them.',
    not_a_choice: 'The value is not one of the options. Choose again.'
  }
}
