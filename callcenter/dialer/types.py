"""Constants of the dialer that other rooms use."""

from datetime import timedelta

STALE_AFTER = timedelta(seconds=20)
"""A planned call the engine could not take up for this long is not dialled any more: the agent has moved on."""

CONNECT_LEG = "agents.connect_leg"
DISCONNECT_LEG = "agents.disconnect_leg"
"""Kinds of effect the engine performs for agent sessions."""
