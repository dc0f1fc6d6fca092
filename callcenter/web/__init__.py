"""The HTTP application: mounts every room's router, checks the session, and serves the panels."""
