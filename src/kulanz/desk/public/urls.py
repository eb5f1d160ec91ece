"""Addresses for those who are not logged in."""

from __future__ import annotations

from django.urls import path

from kulanz.desk.public import (
    appeals,
    hooks,
    log_files,
    my_data,
    numbers,
    receipts,
    record,
    rulebook,
    security_txt,
    status_pages,
)

urlpatterns = [
    path(".well-known/security.txt", security_txt.show, name="security_txt"),
    path("appeal", appeals.find, name="appeal_find"),
    path("appeal/of/<str:key>", appeals.show, name="appeal_page"),
    path("appeal/<str:reference>", appeals.make, name="appeal_make"),
    path("my-data", my_data.ask, name="my_data"),
    path("my-data/<str:key>", my_data.show, name="my_data_page"),
    path("my-data/<str:key>/export.zip", my_data.export, name="my_data_export"),
    path("status/<str:key>", status_pages.show, name="status_page"),
    path("rules", rulebook.show_all, name="public_rules"),
    path("rules.atom", rulebook.feed, name="public_rules_feed"),
    path("rules/<slug:key>", rulebook.show, name="public_rule"),
    path("rules/<slug:key>/<int:number>", rulebook.show_version, name="public_rule_version"),
    path("rules/<slug:key>/<int:number>/<str:code>.md", rulebook.markdown, name="public_rule_file"),
    path("record", record.show_all, name="public_record"),
    path("record.atom", record.feed, name="public_record_feed"),
    path("record/<int:index>", record.at_place, name="public_place"),
    path("record/<str:leaf>", record.show, name="public_entry"),
    path("record/<str:leaf>/entry.json", record.body, name="public_entry_body"),
    path("record/<str:leaf>/entry.tlog-proof", record.receipt, name="public_entry_receipt"),
    path("promises", numbers.promises, name="public_promises"),
    path("receipt", receipts.show, name="public_receipt"),
    path("receipts/<str:token>.tlog-proof", receipts.download, name="own_receipt"),
    path("report", numbers.report, name="public_report"),
    path("report/<str:month>.json", numbers.file, name="public_report_file"),
    path("report.csv", numbers.table, name="public_report_csv"),
    path("log/<path:path>", log_files.show, name="public_log_file"),
    path("hooks/<str:hook_key>/billing", hooks.take_billing, name="hook_billing"),
    path("hooks/<str:hook_key>/<slug:receiver>", hooks.take, name="hook"),
    path("hooks/<str:hook_key>/<slug:receiver>/<str:rest>", hooks.take, name="hook_about"),
]
