/** Words of the agent's desk: loaded with that page. */
import agent from './agent'

const problem = {
  promise_in_the_past: 'The time is in the past. Choose another time.',
  details_missing: 'This result lacks required details. Complete them and submit again.',
  not_dialable: 'This number does not comply with the dialling rules and was not dialled.',
  notice_not_found: 'There is no such notice: load the page again.',
  promise_needs_time: 'Choose the callback time.',
  not_disposable: 'This result cannot be submitted for the call now.',
  disposition_owed: 'Enter the result of your last call first, then be ready.'
}

export default { agent, problem }
