"""Pure decisions of the dialer: what becomes of a lead after a call, and whether the link to the switch is in order."""
