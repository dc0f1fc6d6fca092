/** The do-not-call notice on an agent's screen: comes with the desk, all other words of the list with the data pages. */
export default {
  stop: '.',
  notice: {
    taken_off: 'The customer was taken off your screen and not called: ',
    hung_up: 'The call was ended before it was answered: ',
    in_conversation: 'The customer you are talking to: ',
    recording_stopped: 'The recording of this call has stopped. Apologise and end the call soon; do not go on selling.',
    recording_ended: 'The recording stopped, so the system has ended the call as the recording policy demands. Enter the result as usual.',
    goesOn: ' End the call politely; this customer is not called again.',
    read: 'Got it'
  }
}
