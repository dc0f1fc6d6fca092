/** The words of one’s own account and of the change of a password. */
export default {
  account: {
    close: 'Close',
    title: 'My account',
    logIns: 'Where I am logged in',
    hint: 'End any log-in that is not yours at once, and change your password.',
    loggedInAt: 'Logged in',
    seenAt: 'Last used',
    address: 'Address',
    current: 'this one',
    end: 'End',
    endOthers: 'End all others',
    ended: 'Log-in ended.'
  },
  password: {
    open: 'Password',
    title: 'Change password',
    firstTitle: 'First log-in: change your password',
    firstHint: 'You have used a one-time password. Change it to begin your work.',
    hint: 'A password contains neither your log-in nor your name and is not a common one. All your other sessions end.',
    present: 'Present password',
    next: 'New password',
    again: 'New password again',
    differ: 'The two entries of the new password differ.',
    changed: 'Password changed.'
  },
  problem: {
    weak_password: 'The password is too weak.',
    wrong_password: 'The present password is wrong. Please type it again.',
    password_changed_meanwhile: 'The password was changed by another request. Log in with the new one.',
    why: {
      weak_password: {
        short: 'A password has at least {least} characters.',
        personal: 'The password must not contain your log-in or your name.',
        known: 'This is a common password and easily guessed. Choose another.',
        monotonous: 'The password is too uniform: use more different characters.',
        same: 'The new password must differ from the present one.'
      }
    }
  }
}
