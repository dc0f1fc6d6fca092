"""Knows the staff: roles and rights, log-in, licence, training, exam, agreement, roster."""
