"""The system's tools: settings, clock, calendar, database, outbox, bus, errors, log, encryption. No business."""
