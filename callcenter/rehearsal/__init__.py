"""A rehearsal: the real system on real servers, with a simulated carrier behind a second Asterisk."""
