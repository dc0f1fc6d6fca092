"""Tools without any business rule: settings, clock, database, outbox, bus, errors, log, encryption."""
