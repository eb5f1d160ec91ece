"""Odoo with the OCA's account_credit_control, over JSON-RPC."""

from kulanz.billing.odoo.adapter import Odoo

__all__ = ["Odoo"]
