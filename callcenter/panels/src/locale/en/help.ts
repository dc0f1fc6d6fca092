/** Words of the help: a page for each role. */
export default {
  help: {
    title: 'Help: {role}',
    steps: 'What to do',
    trouble: 'When something is wrong',
    always: 'Always',
    keys: 'The keyboard is enough: Tab moves, Enter or Space presses, Esc closes a dialog.',
    lost: 'A page connects again by itself; what was submitted is not lost.',
    data: 'Never photograph, copy or pass on data of customers; each look at it in clear is noted.',
    close: 'Close',
    of: {
      agent: {
        step1: 'Log on, allow the microphone, and wait until the phone is connected.',
        step2: 'Press Ready. A customer appears with the script; say each statement and tick it.',
        step3: 'After the call choose the disposition, write a note, submit; the next customer appears.',
        step4: 'Leaving your desk, press Pause with its reason; at the end of the day log off.',
        trouble: 'If the phone does not connect, load the page again and log on again; then ask your group leader. If a customer complains, choose the disposition complaint and do not argue.'
      },
      agent_leader: {
        step1: 'In the morning open the diagnosis and see that nothing stops calls.',
        step2: 'On the floor see who is busy, who waits, who owes a disposition.',
        step3: 'Enter roster and leave on their pages.',
        step4: 'Decide on scripts that were submitted.',
        trouble: 'Agents wait: look at the marked step of the diagnosis. A trunk is out of use: inform the administrator.'
      },
      qa: {
        step1: 'Claim a success and give the reason for listening.',
        step2: 'Listen: the customer is left, the agent right.',
        step3: 'Score each item and note when in the recording it happened.',
        step4: 'Pass or fail it, and submit.',
        trouble: 'If the recording is not stored yet, claim it later; after ten minutes inform the administrator.'
      },
      qa_lead: {
        step1: 'See what waits for review and what is late.',
        step2: 'Listen again to reviews and compare the scores.',
        step3: 'Decide on scripts that were submitted.',
        step4: 'Watch the whole floor.',
        trouble: 'A review that is not decided: release it, so that a colleague can claim it.'
      },
      data_officer: {
        step1: 'Import a list: upload, choose columns, preview, dry run, import; correct rejected rows.',
        step2: 'Enter legal bases and do-not-call entries; keep external lists fresh.',
        step3: 'The allocation runs at 19:30; see its result and what is short.',
        step4: 'Ask for a new list when the stock is low.',
        trouble: 'Rows are rejected: each has its reason. Nothing was allocated: do it on the page, and look at the diagnosis.'
      },
      dispatcher: {
        step1: 'Look at new hand-overs and check the region of the address.',
        step2: 'Where no region was found, choose region and field agent.',
        step3: 'Give a reason when you move one.',
        step4: 'Assign all by 09:30.',
        trouble: 'No field agent in a region: ask its leader, or choose a neighbouring region.'
      },
      field_agent: {
        step1: 'See the visits of today with their times.',
        step2: 'Read what the customer needs; do no business from your own telephone.',
        step3: 'Report the result on the same day.',
        step4: 'Give the new time and reason when a visit moves.',
        trouble: 'The customer knows of no visit: leave politely, report it, inform your leader.'
      },
      field_leader: {
        step1: 'See the hand-overs and field agents of your region.',
        step2: 'Assign those that have no field agent.',
        step3: 'Look for visits without a result.',
        step4: 'Move visits when a colleague is away.',
        trouble: 'Too few people: ask the dispatcher to use a neighbouring region.'
      },
      complaint_officer: {
        step1: 'New cases come first by their deadline.',
        step2: 'Listen to the recordings concerned, with the reason.',
        step3: 'Call the customer back: log on at the desk for complaints.',
        step4: 'Decide, answer, and write what was done.',
        trouble: 'A customer cannot be reached: it is tried again; when the attempts are used up, a supervisor signs it off.'
      },
      insurer_liaison: {
        step1: 'See what was handed over and the results of visits.',
        step2: 'Enter what was issued: number, dates, cover.',
        step3: 'Enter refusals and cancellations with their date.',
        step4: 'Correct an entry with its reason.',
        trouble: 'A hand-over is missing: compare its number. That customers are not shown is the rule.'
      },
      auditor: {
        step1: 'Read certificates: what was checked, which exceptions there are.',
        step2: 'Search the trail: who did what, and when.',
        step3: 'Search the access log: who saw data in clear, or listened.',
        step4: 'Export the ledger where it has to be kept.',
        trouble: 'A certificate does not hold: read each exception and ask the people concerned.'
      },
      branch_officer: {
        step1: 'Propose a target group: size, conditions, purpose.',
        step2: 'Change it as asked, and submit again.',
        step3: 'Follow its import and its calls.',
        step4: 'Read the ledger of your branch.',
        trouble: 'A proposal was returned: read why, change it, submit it again.'
      },
      head_office: {
        step1: 'Decide on target groups.',
        step2: 'Supply the file of those that were approved.',
        step3: 'Correct rows that the import rejected.',
        step4: 'Read the ledger of all branches.',
        trouble: 'A file is refused: read the reason of each row and upload it again.'
      },
      administrator: {
        step1: 'Open overview and diagnosis: all parts run, nothing stops calls.',
        step2: 'Deal with alerts; read why jobs and tasks have failed.',
        step3: 'Add staff, keep proofs up to date; take access away on the last day.',
        step4: 'Read the results of backup drills and certificates.',
        trouble: 'Do as the diagnosis says; then run the command of diagnosis on that machine, as the handbook explains.'
      }
    }
  }
}
