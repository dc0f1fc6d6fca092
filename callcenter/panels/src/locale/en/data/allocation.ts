export const words = {}

export const problem = {
  plan_outdated: 'Something has changed since this plan was made: make it anew, look at it, then commit.',
  already_allotted: 'That day has been allotted already: there is nothing to plan.',
  quota_not_found: 'There is no such quota.',
  quota_day_past: 'A quota holds from today on or later.',
  give_back_reason_missing: 'Say why the leads are given back.'
}

export const enums = {}
