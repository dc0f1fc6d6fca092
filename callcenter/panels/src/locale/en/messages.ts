/** Words of the page of outgoing alerts. */
const words = {
  messages: {
    hint: 'Besides the bell, alerts can be sent to mailboxes and group chats. They hold no particulars of customers; receivers need no account.',
    add: 'Add a route',
    change: 'Change the route “{name}”',
    changeIt: 'Change',
    remove: 'Remove',
    removeHint: 'Nothing more is sent on this route; what has not been taken yet is cancelled.',
    removed: 'The route is removed.',
    saved: 'The route is saved. Open alerts are sent within a minute.',
    tryIt: 'Send a test',
    tested: 'The test is on its way; the list below shows what becomes of it.',
    noMail: 'No mail server is named, so no route by mail can be used. Set it and restart the system:',
    routes: 'Routes',
    route: 'Route',
    none: 'No route yet',
    noneHint: 'Alerts ring in this system only. Add a route to send them to a group chat or a mailbox.',
    sent: 'What was sent',
    noneSent: 'Nothing was sent yet.',
    name: 'Name',
    channel: 'Channel',
    addresses: 'Addresses (separated by commas, at most 20)',
    url: 'Address of the robot (URL)',
    unchanged: 'Leave empty to keep: {target}',
    secret: 'Signing secret',
    secretUnchanged: 'Leave empty to keep it',
    kinds: 'Kinds of alert',
    allKinds: 'All kinds',
    kindsOf: 'Those of a role:',
    after: 'Delay (minutes)',
    atOnce: 'At once',
    afterMinutes: 'If not taken on after {count} min',
    afterHint: 'Sent only if it is still open then and not taken on (escalation).',
    language: 'Language',
    quiet: 'Quiet hours',
    quietBegin: 'Quiet hours begin',
    quietEnd: 'Quiet hours end',
    quietOf: 'quiet {begin}–{end}',
    through: 'Kinds that are sent in the quiet hours, too',
    saysCleared: 'Say when an alert is over',
    plannedAt: 'At',
    about: 'About',
    test: 'Test',
    phase: 'Occasion',
    state: 'Result',
    error: 'Error',
    failed: 'failed {count} times'
  }
}

const problem = {
  route_not_found: 'There is no such route, or it was removed. Refresh.',
  route_changed: 'Another person has changed this route. Refresh before you change it.',
  route_name_taken: 'A route has this name already. Choose another one.',
  mail_not_set_up: 'No mail server is named: have CALLCENTER_MESSAGES_SMTP_HOST set and the system restarted.',
  route_target_invalid: 'Enter mail addresses (separated by commas, at most 20), or an address that begins with https://.',
  webhook_origin_not_allowed: 'Nothing may be sent to {origin}: have it added to CALLCENTER_MESSAGES_WEBHOOK_ORIGINS and the system restarted.',
  route_secret_missing: 'A signed webhook needs a secret, by which its receiver knows who has sent it.'
}

const enums = {
  messagePhase: { raised: 'Alert', cleared: 'Over', test: 'Test' },
  messageState: { waiting: 'Waits for its receiver', sent: 'Taken', expired: 'Cancelled' }
}

export default { ...words, problem, enums }
