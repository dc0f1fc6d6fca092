export const problem = {
  roster_day_past: 'The roster of past days cannot be changed.',
  roster_day_not_worked: '{day} is not a working day. Make it a working day in the calendar first.',
  no_phone_agent: 'Only phone agents can be on the roster.',
  roster_span: 'The roster shows at most 63 days. Choose a shorter period.',
  agent_fields_invalid: 'This field is either shown or hidden; it cannot be masked.',
  caps_invalid: 'The limit per number in 7 days cannot be lower than the limit per day.',
  calendar_day_past: 'Past days cannot be changed: deadlines and calling windows were decided by them.',
  calendar_span: 'The calendar shows at most 401 days. Choose a shorter period.'
}

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
