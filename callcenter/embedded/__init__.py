"""Servers that a rehearsal and the tests start for themselves: PostgreSQL, an object store, Asterisk.

``postgres``, ``objectstore`` and ``asterisk`` know how one server is obtained, configured and started; ``supervisor``
keeps any of them running. Nothing here is used where outside servers are named by settings.
"""
