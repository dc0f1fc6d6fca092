export const words = {}

export const problem = {
  roster_day_past: 'The roster of days that are past cannot be changed.',
  roster_day_not_worked: 'Nobody works on {day}. Have it made a working day in the calendar first.',
  roster_reason_missing: 'A day off needs a reason.',
  no_phone_agent: 'Only phone agents are on the roster.',
  roster_span: 'A roster shows 63 days at most: choose a shorter span.'
}

export const enums = {}
