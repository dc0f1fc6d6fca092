"""Looks at what only this machine can see; writes nothing that stays but one small object under a lock of a minute."""
