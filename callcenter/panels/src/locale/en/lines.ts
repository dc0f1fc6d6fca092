/** Words of the page of lines. */
const words = {
  lines: {
    hint: 'Trunks to carriers. Those of one group carry the calls by priority and share; one that refuses everything is taken out by itself and tried by test calls. Customers lose no attempt.',
    apply: 'After saving, run this command on each switch; calls go on:',
    add: 'Add a line',
    change: 'Change line {name}',
    changeIt: 'Change',
    remove: 'Remove',
    removeHint: 'No further call takes this line; calls on it go on. A switch forgets it with its next command.',
    removed: 'The line is removed.',
    saved: 'The line is saved. Run the command on the switches.',
    none: 'No line yet',
    noneHint: 'Add a carrier’s line, or name one in the settings of the switch.',
    ofSettings: 'given by the settings of the switch',
    name: 'Name of the line',
    nameHint: 'begins with a small letter; letters, digits and hyphens; never changes',
    group: 'Group (the line that campaigns name)',
    host: 'Server of the carrier',
    port: 'Port',
    transport: 'Transport',
    encrypts: 'Encrypt the sound (SRTP, needs TLS)',
    access: 'Access',
    account: 'Account',
    password: 'Password',
    unchanged: 'empty: unchanged',
    codecs: 'Codecs (the preferred first)',
    numberFormat: 'Format of numbers',
    prefix: 'Digits before numbers',
    channels: 'Most calls at a time (0: no limit)',
    perSecond: 'Calls per second (0: no limit)',
    priority: 'Priority (1 comes first)',
    share: 'Share within the priority',
    inUse: 'In use',
    off: 'Not in use',
    today: 'Today {calls} dialled, {answered} answered, {refused} refused, {open} going on',
    terms: 'group {group} · priority {priority} · share {share}',
    limit: 'at most {channels} calls at a time',
    rate: 'at most {count} calls per second',
    refusing: 'refused {count} in a row (SIP answer: {code}); test call at {at}'
  }
}

const problem = {
  trunk_not_found: 'There is no such line, or it was removed. Refresh.',
  trunk_changed: 'Another person has changed this line. Refresh before you change it.',
  trunk_name_taken: 'A line has this name already. Choose another one.',
  trunk_password_missing: 'This kind of access needs a password.',
  trunk_account_missing: 'This kind of access needs the account that the carrier has given.',
  trunk_not_encrypted: 'Encrypted sound needs TLS: otherwise its keys could be read.',
  trunk_setting_invalid: 'A setting of the line is not right. Look at it again.'
}

const enums = {
  trunkState: { in_use: 'Carries calls', paused: 'Paused', probing: 'Being tried' },
  numberFormat: { national: 'National (13912345678, 07715551234)', e164: 'International (8613912345678)', e164_plus: 'International with + (+8613912345678)' }
}

export default { ...words, problem, enums }
