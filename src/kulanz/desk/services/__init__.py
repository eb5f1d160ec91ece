"""The only writers: one function is one user action and one transaction, keyword-only, with ``now`` given.

Every service checks what its actor may do, writes with an eye on the version that the caller saw, and
records an event in the same transaction.
"""
