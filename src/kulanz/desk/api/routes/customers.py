"""Customers and their claims, who they are here, what is at stake, standing, and the rates of the company."""

from __future__ import annotations

from typing import Any

import msgspec
from django.utils import timezone
from ninja import Query, Router

from kulanz.core.money import MoneyError
from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Seen, listed
from kulanz.desk.api.schemas.customers import (
    CorrectIn,
    CustomerIn,
    CustomerMatchOut,
    CustomerOut,
    CustomerPlace,
    LinkIn,
    MatchPlace,
    OpenedOut,
    RatesBody,
    RatesOut,
    StakeOut,
    StandingOut,
)
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.rates import rates, rates_version
from kulanz.desk.queries.standing import standing_of
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.rates import rates_in
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import customers, matching, stakes
from kulanz.desk.services.opening import opened
from kulanz.desk.services.rates import set_rates

router = Router(tags=["customers"])


@router.get("/customers", response=Listed[CustomerOut], **needs(Right.SEE_VALUES))
def list_customers(request: ApiRequest, place: Query[CustomerPlace]) -> Any:
    """Customers as CRM and billing told of them, without values; ``linked`` those that are somebody here."""
    return listed(catalog.customers(at(place), linked=place.linked, number=place.number))


@router.put("/customers/by-number/{path:number}", response=CustomerOut, **needs(Right.SET_CUSTOMERS))
def keep_customer(request: ApiRequest, number: str, body: CustomerIn) -> Any:
    """Tell of a customer, and of the claims against it; telling the same again changes nothing."""
    try:
        claims = None if body.claims is None else {each.key: each.facts() for each in body.claims}
        facts = body.facts()
    except MoneyError as error:
        raise RuleError("amount: %(problem)s", problem=str(error)) from error
    kept = customers.keep_customer(
        number=number, facts=facts, system=body.system, claims=claims, **by(request)
    )
    return kept.row


@router.get("/customers/by-number/{path:number}", response=OpenedOut, **needs(Right.SEE_VALUES))
def open_customer(request: ApiRequest, number: str) -> Any:
    """What is known of a customer; that it was opened is recorded."""
    row = access.customer_numbered(request.auth, number)
    [found] = opened(customers=[shown(request, row)], **by(request))
    return found


@router.delete("/customers/by-number/{path:number}", response={204: None}, **needs(Right.SET_CUSTOMERS))
def remove_customer(request: ApiRequest, number: str) -> None:
    """Remove what is known of a customer; the person stays."""
    customers.remove(customer=access.customer_numbered(request.auth, number), **by(request))


@router.post("/customers/{int:pk}/link", response=CustomerOut, **needs(Right.SEE_VALUES))
def link_customer(request: ApiRequest, pk: int, body: LinkIn) -> Any:
    """Say by hand whom a customer is. Needs ``work_issues``, too."""
    row, person = access.customer(request.auth, pk), access.person(request.auth, body.person)
    return matching.link(customer=row, person=person, **decided(request, body.seen))


@router.post("/customers/{int:pk}/unlink", response=CustomerOut, **needs(Right.SEE_VALUES))
def unlink_customer(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Take a link back: it is not made again by itself. Needs ``work_issues``, too."""
    return matching.unlink(customer=access.customer(request.auth, pk), **decided(request, body.seen))


@router.get("/customer-matches", response=Listed[CustomerMatchOut], **needs(Right.SEE_VALUES))
def list_matches(request: ApiRequest, place: Query[MatchPlace]) -> Any:
    """Whom customers may be, where it is in doubt: to link or to tell apart."""
    return listed(catalog.customer_matches(at(place), dismissed=place.dismissed))


@router.post("/customer-matches/{int:pk}/tell-apart", response=CustomerMatchOut, **needs(Right.SEE_VALUES))
def tell_match_apart(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Say that a customer is not whom the desk proposes. Needs ``work_issues``, too."""
    return matching.tell_apart(match=access.customer_match(request.auth, pk), **decided(request, body.seen))


@router.post("/customer-matches/{int:pk}/again", response=CustomerMatchOut, **needs(Right.SEE_VALUES))
def propose_match_again(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Take back that a customer is not somebody. Needs ``work_issues``, too."""
    row = access.customer_match(request.auth, pk)
    return matching.propose_again(match=row, **decided(request, body.seen))


@router.get("/cases/{int:pk}/stake", response=StakeOut, **needs(Right.SEE_VALUES))
def show_case_stake(request: ApiRequest, pk: int) -> Any:
    """What is at stake in a case; that the customer's values were opened is recorded."""
    return shown(request, stakes.of_case(case=access.case(request.auth, pk), **by(request)))


@router.patch("/cases/{int:pk}/stake", response=StakeOut, **needs(Right.SEE_VALUES))
def correct_case_stake(request: ApiRequest, pk: int, body: CorrectIn) -> Any:
    """Correct numbers for a reason, or take corrections back. Needs ``work_cases``, too."""
    case = access.case(request.auth, pk)
    stakes.correct(about=case, values=body.values, reason=body.reason, **decided(request, body.seen))
    return stakes.of_case(case=case, **by(request))


@router.get("/issues/{int:pk}/stake", response=StakeOut, **needs(Right.SEE_VALUES))
def show_issue_stake(request: ApiRequest, pk: int) -> Any:
    """What is at stake in an issue: the sums over its cases, and what is read in public."""
    return shown(request, stakes.of_issue(issue=access.issue(request.auth, pk), **by(request)))


@router.patch("/issues/{int:pk}/stake", response=StakeOut, **needs(Right.SEE_VALUES))
def correct_issue_stake(request: ApiRequest, pk: int, body: CorrectIn) -> Any:
    """Correct numbers for a reason, or take corrections back. Needs ``work_issues``, too."""
    issue = access.issue(request.auth, pk)
    stakes.correct(about=issue, values=body.values, reason=body.reason, **decided(request, body.seen))
    return stakes.of_issue(issue=issue, **by(request))


@router.get("/people/{int:pk}/standing", response=StandingOut, **needs(Right.SEE_VALUES))
def show_standing(request: ApiRequest, pk: int) -> Any:
    """What a person is to the communities of their accounts, as last counted; 404 before that."""
    known = standing_of(access.person(request.auth, pk), now=timezone.now())
    if known is None:
        raise access.NotFoundError("the accounts of this person were not counted yet: ask again in an hour")
    reach = [
        {"account_id": each.account.pk, "counted_at": each.counted_at, **msgspec.to_builtins(each.reach)}
        for each in known.reached
        if each.reach is not None
    ]
    return {**msgspec.to_builtins(known.standing), "reach": reach}


@router.get("/rates", response=RatesOut, **needs(Right.SET_POLICIES))
def show_rates(request: ApiRequest) -> Any:
    """What the company says that things are worth; ``version`` 0: nothing was set yet."""
    request.shown_version = rates_version()
    return {"currency": "EUR", **msgspec.to_builtins(rates()), "version": rates_version()}


@router.put("/rates", response=RatesOut, **needs(Right.SET_POLICIES))
def change_rates(request: ApiRequest, body: RatesBody) -> Any:
    """Set all rates; what is left out is no rate."""
    wanted = rates_in(msgspec.to_builtins(body.dict(exclude={"seen"}, exclude_none=True)))
    row = set_rates(rates=wanted, **decided(request, body.seen))
    return {"currency": "EUR", **row.values, "version": row.version}
