"""Starts child processes and keeps them running.

``command`` starts one process as a direct child, ``supervisor`` watches several and starts them again, ``beat`` lets a
child of our own show that it works. Used by ``callcenter serve`` for the parts of the system, and by rehearsals and
tests for their servers.
"""
