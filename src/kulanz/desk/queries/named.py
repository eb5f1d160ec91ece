"""Whether a text names somebody whom the desk knows."""

from __future__ import annotations

from django.db.models import Q
from django.db.models.functions import Lower

from kulanz.desk.models import Account, Customer, Member, Person
from kulanz.desk.rules.names import runs_of


def names_somebody(text: str) -> bool:
    """Whether an account, a profile, a customer's number or a member is named in a text.

    Names made of ordinary words alone are not looked for: half of all texts would name somebody.
    """
    runs = runs_of(text)
    if not runs:
        return False
    accounts = Account.objects.annotate(folded=Lower("key")).filter(folded__in=runs)
    people = Person.objects.annotate(folded=Lower("name")).filter(
        Q(folded__in=runs) | Q(customer_number__in=runs)
    )
    customers = Customer.objects.annotate(folded=Lower("number")).filter(folded__in=runs)
    members = Member.objects.annotate(folded=Lower("display_name"), login=Lower("username"))
    return (
        accounts.exists()
        or people.exists()
        or customers.exists()
        or members.filter(Q(folded__in=runs) | Q(login__in=runs)).exists()
    )
