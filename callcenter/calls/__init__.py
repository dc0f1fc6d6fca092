"""One conversation each: states, outcome, disposition, journal of what the switch said."""
