"""A rehearsal: the real system on real servers, with a virtual town behind a second Asterisk (architecture §9)."""
