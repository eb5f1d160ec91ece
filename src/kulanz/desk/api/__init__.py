"""The HTTP API: what pages can do, for programs. It reads by queries and access and writes by services."""
