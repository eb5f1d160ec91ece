"""Pages of the playbooks and the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kulanz.desk import access
from kulanz.desk.queries.settings import playbooks, templates
from kulanz.desk.rules.blanks import BLANKS
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.letters import ship
from kulanz.desk.services.playbooks import remove_playbook, remove_template, save_playbook, save_template
from kulanz.desk.templatetags.desk import lang
from kulanz.desk.web.pages import DeskRequest, act, by
from kulanz.desk.web.setup.forms import PlaybookForm, TemplateForm
from kulanz.desk.web.setup.nouns import Noun, Save, SetupForm

if TYPE_CHECKING:
    from kulanz.desk.models import Playbook, Template


def _playbook(playbook: Playbook) -> dict[str, Any]:
    steps = "\n".join(step.text for step in playbook.steps.all())
    return {"name": playbook.name, "stage": playbook.stage, "language": playbook.language, "steps": steps}


def _save_playbook(asked: Save[Playbook]) -> Playbook:
    given = dict(asked.values)
    steps = given.pop("steps").splitlines()
    return save_playbook(playbook=asked.row, steps=steps, **given, **asked.decided)


def _template(template: Template) -> dict[str, Any]:
    return {name: getattr(template, name) for name in ("name", "language", "subject", "text")}


def _save_template(asked: Save[Template]) -> Template:
    return save_template(template=asked.row, **asked.values, **asked.decided)


def _with_blanks(_row: Template | None, _form: SetupForm) -> dict[str, Any]:
    """What can stand in braces, each with what is filled in there."""
    return {"blanks": [(f"{{{name}}}", words) for name, words in BLANKS[lang()].items()]}


@act(Right.SET_POLICIES)
def ship_templates(request: DeskRequest) -> HttpResponse:
    """Make the templates again that come with Kulanz and are not there."""
    made = ship(**by(request))
    told = ngettext("%(n)s template was added.", "%(n)s templates were added.", made) % {"n": made}
    messages.success(request, told)
    return HttpResponseRedirect(reverse("templates"))


PLAYBOOKS: Final[Noun[Playbook]] = Noun(
    name="playbooks",
    title=_("Playbooks"),
    intro=_("An issue begins with the checklists of its stage, in the language of whoever opens it."),
    new_title=_("New playbook"),
    right=Right.SET_POLICIES,
    form=PlaybookForm,
    rows=lambda offset: playbooks(offset=offset),
    find=access.playbook,
    initial=_playbook,
    save=_save_playbook,
    remove=lambda row, by: remove_playbook(playbook=row, **by),
    list_template="setup/playbooks.html",
)

TEMPLATES: Final[Noun[Template]] = Noun(
    name="templates",
    title=_("Templates"),
    intro=_("Beginnings of letters. What helps the customer is written by a person each time."),
    form_template="setup/template.html",
    more=_with_blanks,
    new_title=_("New template"),
    right=Right.SET_POLICIES,
    form=TemplateForm,
    rows=lambda offset: templates(offset=offset),
    find=access.template,
    initial=_template,
    save=_save_template,
    remove=lambda row, by: remove_template(template=row, **by),
    list_template="setup/templates.html",
)
