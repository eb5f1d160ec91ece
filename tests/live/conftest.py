"""The servers that live tests talk to."""

from __future__ import annotations

from servers.fixtures import site_fixture

postgres = site_fixture("postgres")
misago = site_fixture("misago")
wordpress = site_fixture("wordpress")
nodebb = site_fixture("nodebb")
isso = site_fixture("isso")
tryton = site_fixture("tryton")
go_verifier = site_fixture("go_verifier")
llama = site_fixture("llama")
nginx = site_fixture("nginx")
caddy = site_fixture("caddy")
ceph = site_fixture("ceph")
prometheus = site_fixture("prometheus")
