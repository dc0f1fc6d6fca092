"""Installs the system on a machine: asks a dozen questions, tests each answer, writes the settings and the switch."""
