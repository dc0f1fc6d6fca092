/** The do-not-call notice on an agent's screen: comes with the desk, all other words of the list with the data pages. */
export default {
  stop: '.',
  notice: {
    taken_off: 'The customer was taken off your screen and not called: ',
    hung_up: 'The call was ended before it was answered: ',
    in_conversation: 'The customer you are talking to: ',
    goesOn: ' End the call politely; this customer is not called again.',
    read: 'Got it'
  }
}
