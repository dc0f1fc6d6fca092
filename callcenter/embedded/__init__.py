"""Starts the servers of a rehearsal, of the tests, and of an installation on one machine.

PostgreSQL, an object store, Asterisk: ``postgres``, ``objectstore`` and ``asterisk`` know how one server is obtained,
configured and started; ``parts`` describes it to the supervisor, and ``kept`` those of an installation. Where settings
name servers that run already, none of this is used.
"""
