export const problem = {
  script_invalid: 'The script needs statements, and each only once.',
  script_name_unknown: 'The script names {names}, which is not known. Correct it and submit again.',
  script_name_missing: 'The mandatory statements lack the company in full, the agent’s name or the licence number. Add it and submit again.',
  script_outdated: 'Version {version} of the script has come into force. Refresh the page, compare, and submit again; your draft is kept.',
  script_draft_changed: 'You have saved, submitted or discarded this draft on another page. Use that page’s text, or save the text of this one.',
  script_waits: 'A version of this script waits for its approval or its day. Have it decided on or withdraw it, then submit the next one.',
  script_not_waiting: 'Version {version} of the script is decided on or withdrawn: it can no longer be approved, returned or withdrawn. Refresh the page.',
  script_second_person: 'A script is decided on by a person who has not submitted its text.',
  script_date_past: 'A script cannot come into force before today ({today}). Choose today or a later day.',
  script_unchanged: 'This is the version in force: there is nothing to submit.'
}

export const enums = {}
