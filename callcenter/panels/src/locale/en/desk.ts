/** Words of the agent's desk: loaded with that page. */
import agent from './agent'

const problem = {
  notice_not_found: 'There is no such notice: load the page again.',
  promise_needs_time: 'Choose the callback time.',
  not_disposable: 'This result cannot be submitted for the call now.',
  disposition_owed: 'Enter the result of your last call first, then be ready.'
}

export default { agent, problem }
