"""Tryton's module account_dunning, over JSON-RPC."""

from kulanz.billing.tryton.adapter import Tryton

__all__ = ["Tryton"]
