"""Tests answers where they count: on this machine, at the database, at the object store, at the carrier."""
