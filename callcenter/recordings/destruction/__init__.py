"""Destroys recordings whose time is over: listed, approved by a second person, deleted, with a protocol (R3)."""
