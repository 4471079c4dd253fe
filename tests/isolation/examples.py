"""A valid body for every operation that takes one. An operation without an example fails its tests."""

from typing import Any, Final

UNKNOWN: Final = "01h455vb4pex5vsknk084sn02q"
_AMOUNT: Final = {"amount": 1_000, "currency": "EUR"}
_CUSTOMER: Final = {"name": "Initech Ltd.", "domain": "initech.example", "country": "GB", "tax_id": None}
_REASON: Final = {"reason": "It is time."}
_COMPANY: Final = {"legal_name": "Initech Ltd.", "country": "GB"}
_CONTACT: Final = {"given_name": "Milton", "family_name": "Waddams", "email": "milton@initech.example"}
_RULES: Final = [{"code": "any", "when": "true"}]
_COMPONENT: Final = {
    "code": "base",
    "mode": "marginal",
    "period": "quarter",
    "bands": [{"from": 0, "to": None, "rate": "0.1"}],
}
_SPAN: Final = {"from": "2026-01-01", "to": "2026-02-01"}
# Everything that has happened lies in it.
_ALWAYS: Final = {"from": "2020-01-01", "to": "2199-01-01"}

BODIES: Final[dict[str, Any]] = {
    "create_account": {**_CONTACT, "roles": ["auditor"]},
    "change_account": {"given_name": "Peter"},
    "create_role": {"code": "looker", "name": "Looker", "side": "vendor", "scopes": ["deals:read"]},
    "change_role": {"name": "Watcher"},
    "create_api_key": {"name": "A key", "scopes": ["deals:read"]},
    "rename_api_key": {"name": "Another name"},
    "rotate_api_key": {},
    "create_oauth_client": {"name": "An app", "scopes": ["deals:read"]},
    "change_oauth_client": {"name": "Another name"},
    "change_tenant": {"name": "Another name"},
    "create_test_clock": {},
    "advance_test_clock": {"seconds": 60},
    "create_webhook_endpoint": {"url": "https://initech.example/hook", "types": ["deal.*"]},
    "change_webhook_endpoint": {"description": "Another"},
    "create_application": {"company": _COMPANY, "contact": _CONTACT},
    "patch_application": {"answers": {"why": "Growth"}},
    "approve_application": _REASON,
    "reject_application": _REASON,
    "withdraw_application": _REASON,
    "create_screening_policy": {"name": "Ours", "rules": _RULES},
    "patch_screening_policy": {"name": "Ours"},
    "preview_screening_policy": {"application_id": f"app_{UNKNOWN}"},
    "create_partner": {"name": "Initech", "country": "GB"},
    "patch_partner": {"name": "Initech"},
    "activate_partner": _REASON,
    "put_partner_on_probation": _REASON,
    "suspend_partner": _REASON,
    "reinstate_partner": _REASON,
    "terminate_partner": _REASON,
    "create_person": {**_CONTACT, "roles": ["sales"]},
    "patch_person": {"job_title": "Stapler keeper"},
    "deactivate_person": _REASON,
    "create_program": {"code": "asia", "name": "Asia"},
    "patch_program": {"name": "Asia"},
    "create_tier": {"code": "iron", "name": "Iron", "rank": 9},
    "patch_tier": {"name": "Iron"},
    "create_deal": {"title": "Printers", "customer": _CUSTOMER, "product_family": "cloud", "amount": _AMOUNT},
    "change_deal": {"title": "More printers"},
    "withdraw_deal": _REASON,
    "return_deal": _REASON,
    "approve_deal": _REASON,
    "reject_deal": _REASON,
    "revoke_deal": _REASON,
    "move_deal_to_stage": {"stage": "qualified"},
    "win_deal": {"amount": _AMOUNT, "closed_on": "2026-01-15"},
    "lose_deal": _REASON,
    "check_conflict": {"customer": _CUSTOMER, "product_family": "cloud"},
    "resolve_conflict_case": {"resolution": "upheld"},
    "create_approval_policy": {"name": "Ours", "rules": _RULES},
    "change_approval_policy": {"name": "Ours"},
    "change_customer": {"name": "Initech"},
    "create_product_family": {"code": "printers", "name": "Printers"},
    "change_product_family": {"name": "Printers"},
    "create_return": {"deal_id": f"deal_{UNKNOWN}", "amount": _AMOUNT, "returned_on": "2026-01-20"},
    "create_lead": {"company": {"name": "Initech"}, "source": "fair", "product_family": "cloud", "country": "GB"},
    "change_lead": {"source": "fair"},
    "offer_lead": {"partner_id": f"ptr_{UNKNOWN}"},
    "decline_lead": _REASON,
    "recall_lead": _REASON,
    "convert_lead": {"title": "Printers"},
    "disqualify_lead": _REASON,
    "create_routing_policy": {"name": "Ours"},
    "change_routing_policy": {"name": "Ours"},
    "create_territory": {"code": "uk", "name": "United Kingdom", "countries": ["GB"]},
    "change_territory": {"name": "United Kingdom"},
    "create_plan": {"name": "Resale", "currency": "EUR"},
    "change_plan": {"name": "Resale"},
    "create_plan_version": {
        "plan_id": f"plan_{UNKNOWN}",
        "effective_from": "2026-01-01",
        "components": [_COMPONENT],
    },
    "change_plan_version": {"components": [_COMPONENT]},
    "create_plan_assignment": {
        "plan_id": f"plan_{UNKNOWN}",
        "level": "partner",
        "partner_id": f"ptr_{UNKNOWN}",
        "effective_from": "2026-01-01",
    },
    "change_plan_assignment": {"effective_to": "2027-01-01"},
    "create_exchange_rate": {"base": "EUR", "quote": "HUF", "rate": "400", "effective_on": "2026-01-01"},
    "recalculate": {"partner_id": f"ptr_{UNKNOWN}", **_ALWAYS},
    "create_period": {"name": "January", **_SPAN},
    "create_statement": {"partner_id": f"ptr_{UNKNOWN}", "period": _ALWAYS},
    "create_payout": {"statement_ids": [f"stm_{UNKNOWN}"]},
    "fail_payout": _REASON,
}
