"""The voice: the port to a telephone switch, the Asterisk adapter and the simulated switch."""
