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
  comma: ', ',
  branches: ' (short by branch: {branches})',
  ofNode: ' (switch {node})',
  goTo: 'Go there',
  done: 'Taken on',
  say: {
    allocation_missing: '{campaign}: 20:00 has passed and the leads for {on} have not been allocated.',
    stock_low: '{campaign}: {stock} leads in stock last {days} working days at the daily need (at least {least} are required).',
    shortage: '{campaign}: the allocation for {on} is {shortage} leads short.',
    calendar_provisional: 'The holidays of {year} have not been announced: {days} days from {from} on are a forecast. Check the calendar.',
    line_refuses: 'The line {trunk} refused {refusals} calls in a row (SIP answer: {code}). Calling on it is paused; test calls are made and calling resumes by itself. Customers lose no attempt. Ask the carrier.',
    audit_broken: 'The audit trail was changed or cut off: see the places on the page of the trail at once.',
    command_failed: '{queue}: the switch did not carry out “{command}” ({error}), last at {at}. It is not repeated; see whether agents wait.',
    command_lost: '{queue}: the program stopped in the middle of “{command}”, last at {at}. Whether it happened is unknown; the call is compared with the switch.',
    task_overdue: 'The scheduled task “{task}” was due at {at} and has not succeeded yet ({failures} failures in a row, the latest: {error}). It is tried again until it succeeds; then the alert clears. See whether the object store and the other servers answer, and look into the log.',
    engine_late: 'The signals of switch {node} are taken {seconds} s late: screens and floor lag behind the voices by as much; above {behind} s no new call is offered. The alert clears when the lag has fallen. Look at the database and the load of the machine.',
    engine_silent: 'The engine of switch {node} has not reported since {at}: no call is placed on this switch. Look at the engine’s process and its log; the alert clears when it reports again.',
    switch_gone: 'Switch {node} has not answered since {at}: no call is placed there, and calls that were going on end as unknown or cut off. Look at Asterisk and its log; agents who log on again get another switch. The alert clears when it answers again.',
    part_missing: 'No process has run the part “{part}” since {at}. Look at its process and its log; the alert clears when it runs again.',
    signal_kept: 'Our own code could not take {count} signals of switch {node} (the latest at {at}: {error}). They are kept as they came, and the others go on. When the program is mended, take them again on the page of signals; the alert clears after the last one.',
    rate_exceeded: '{by} exceeds what is allowed of “{rate}” ({count} times); more is refused until {until}. Ask the person what happened; the alert clears when the count is over.',
    spool_blocked: 'Switch {node} cannot record: its folder cannot be written, or {free_mb} MB are free and {least_mb} MB are needed. No call is dialled without a recording, so none is dialled at this switch. Free space or correct the rights of the folder; the alert clears by itself.',
    store_down: 'The object store does not answer the recorder of switch {node} ({error}): recordings stay on its disk and none is lost, but when the disk is full no call is dialled. Look at the store and its keys; the rest is uploaded when it is back.',
    caller_id_refused: '{campaign} is running, and its caller ID is not on the list of approved numbers, which has {approved}: no customer of it is dialled. Correct CALLCENTER_CAMPAIGNS_CALLER_IDS or the caller ID of the campaign.',
    script_waits: '{campaign}: version {version} of the script waits for approval. Compare it with the one in force, then approve or return it; the person who submitted it may not.'
  }
}

export const problem = {
  alert_not_found: 'There is no such alert, or it is not your work.',
  alert_over: 'The cause of this alert is gone; nothing is left to do. Refresh.',
  alert_acknowledged: 'A colleague has taken this alert on already. Refresh to see.'
}

export const enums = {
  alert: {
    allocation_missing: 'Not allocated in time',
    stock_low: 'Stock runs low',
    shortage: 'Too few leads',
    calendar_provisional: 'Calendar provisional',
    line_refuses: 'Line refuses calls',
    audit_broken: 'Audit trail broken',
    command_failed: 'Command failed',
    command_lost: 'Command lost',
    task_overdue: 'Task overdue',
    engine_late: 'Signals late',
    engine_silent: 'Engine silent',
    switch_gone: 'Switch does not answer',
    part_missing: 'Part not running',
    signal_kept: 'Signals not taken',
    rate_exceeded: 'Done too often',
    spool_blocked: 'Cannot record',
    store_down: 'Store silent',
    caller_id_refused: 'Caller ID not approved',
    script_waits: 'Script waits'
  },
  rate: {
    log_in: 'log in (wrong passwords)',
    log_in_locked: 'log-in locked (wrong passwords)',
    searches: 'search for a customer',
    reveals: 'see a customer in clear',
    complaints: 'enter a complaint',
    uploads: 'upload a file'
  },
  command: {
    dial: 'dial the customer',
    connect_leg: 'connect the agent’s phone'
  }
}
