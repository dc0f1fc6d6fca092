export const enums = {
  rosterReason: { leave: 'Leave', sick: 'Sick', training: 'Training', other: 'Other' },
  serviceDays: { every_day: 'Every day', working_days: 'Working days only' },
  versionOrigin: {
    created: 'created',
    changed: 'changed',
    reconstructed: 'reconstructed from the audit log',
    assumed: 'not recorded at the time; the oldest known values are assumed'
  },
  showing: { clear: 'Shown', masked: 'Masked', hidden: 'Hidden' },
  campaignRule: {
    first_on: 'First day',
    name: 'Name',
    product: 'Product',
    company_full_name: 'Insurer',
    state: 'State',
    mode: 'Dialling mode',
    legal_hours: 'Legal calling hours',
    shifts: 'Shifts',
    quota: 'Default quota',
    ring_seconds: 'Max. ringing (seconds)',
    wrap_up_seconds: 'Wrap-up (seconds)',
    caller_id: 'Caller ID',
    trunk: 'Trunk',
    cap_per_day: 'Max. calls per number and day',
    cap_per_7_days: 'Max. calls per number in 7 days',
    max_attempts: 'Max. attempts per lead',
    class_scheme_id: 'Class scheme',
    retries: 'Retry rules',
    open_to_all_branches: 'Open to all branches',
    agent_fields: 'Customer fields shown to agents',
    script: 'Script'
  },
  dayKind: { weekday: 'Working day', weekend: 'Weekend', make_up: 'Make-up working day', holiday: 'Holiday' },
  holiday: {
    new_year: 'New Year',
    spring_festival: 'Spring Festival',
    tomb_sweeping: 'Tomb-sweeping Day',
    labour_day: 'Labour Day',
    dragon_boat: 'Dragon Boat Festival',
    mid_autumn: 'Mid-Autumn Festival',
    national_day: 'National Day',
    other: 'Other holiday'
  }
}
