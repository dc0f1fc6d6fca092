"""The voice: what the system asks of a telephone switch, and the switches that answer."""
