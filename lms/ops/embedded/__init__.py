"""PostgreSQL and Valkey for a machine that has neither; docs/adr/0001-embedded-servers.md tells why and how.

Three small parts. `service` is what a user of a server needs: hold its lock, have it started. `guardian` is
the process that starts a server, waits until nobody holds the lock, and stops it. `postgres` and `valkey`
know how the one and the other are started. `base` makes it a Django database backend.

Everything but `base` runs on the standard library alone, so that a guardian starts in some 50 ms.
"""
