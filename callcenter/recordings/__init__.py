"""Recordings: from arming the recorder before a call to a locked object that entitled staff may hear."""
