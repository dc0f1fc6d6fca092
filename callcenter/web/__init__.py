"""Serves one HTTP application that mounts every room's router, knows the session, and serves the panels."""
