/** What alerts say is shared with the messages that leave the system: callcenter/alerts/words. */
import shared from '../../../../../alerts/words/en.json'

export const words = {
  title: 'Open alerts',
  none: 'No open alerts',
  noneHint: 'When something is wrong with allocation, stock, the calendar or the lines, it is shown here.',
  count: '{count} alerts wait',
  ack: 'Take it on',
  ackTitle: 'Take on the alert',
  ackHint: 'Say what you are going to do. The alert clears itself when its cause is gone.',
  acked: '{name} took it on at {at}: {note}',
  since: 'since {at}',
  comma: shared.out.comma,
  branches: shared.out.branches,
  ofNode: shared.out.of_node,
  goTo: 'Go there',
  done: 'Taken on',
  say: shared.say
}

export const problem = {
  alert_not_found: 'There is no such alert, or it is not your work.',
  alert_over: 'The cause of this alert is gone; nothing is left to do. Refresh.',
  alert_acknowledged: 'A colleague has taken this alert on already. Refresh to see.'
}

export const enums = {
  alert: shared.alert,
  rate: shared.rate,
  command: shared.command,
  proof: shared.proof
}
