"""Holds the system's tools: settings, clock, database, outbox, bus, errors, log, encryption. No business."""
