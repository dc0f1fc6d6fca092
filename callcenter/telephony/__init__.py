"""The voice: what the house asks of a telephone switch, and the switches that answer."""
