"""Recordings: from arming the recorder to an object under lock that somebody entitled may hear."""
