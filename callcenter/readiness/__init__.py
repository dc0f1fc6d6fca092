"""What is still missing: of a campaign before it may start, of an installation before its first call."""
