export const problem = {
  script_invalid: 'The script needs statements, and each only once.',
  script_name_unknown: 'The script names {names}, which is not known. Correct it and publish again.',
  script_name_missing: 'The mandatory statements lack the company in full, the agent’s name or the licence number. Add it and publish again.',
  script_outdated: 'Version {version} of the script has been published by another person. Refresh the page, compare, and publish again; your changes are kept.'
}

export const enums = {}
