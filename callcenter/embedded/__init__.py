"""Starts the servers of a rehearsal and of the tests: PostgreSQL, an object store, Asterisk.

``postgres``, ``objectstore`` and ``asterisk`` know how one server is obtained, configured and started; ``supervisor``
keeps any of them running. Where settings name servers that run already, none of this is used.
"""
