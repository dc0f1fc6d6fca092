"""The installation: its probes against real servers, and a whole one from an empty folder."""
