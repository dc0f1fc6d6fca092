"""Telemarketing call-center orchestration of a bank that sells insurance by telephone. The map is README.md here."""
