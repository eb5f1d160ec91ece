"""The company's language model: set by administrators, asked by people, who see first what is sent."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.schemas.drafts import shown
from kulanz.desk.api.schemas.language_model import (
    AskForThreadIn,
    AskModelIn,
    LanguageModelIn,
    LanguageModelOut,
    ModelTriedOut,
    ModelTurnOut,
)
from kulanz.desk.api.versions import decided
from kulanz.desk.queries.language_model import language_model
from kulanz.desk.rules.language_model import Task
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import model_asking
from kulanz.desk.services.model_asking import Told
from kulanz.desk.services.model_settings import Wanted, set_language_model, try_language_model

router = Router(tags=["language model"])


@router.get("/language-model", response=LanguageModelOut, **needs(Right.SET_SOURCES))
def show_language_model(request: ApiRequest) -> Any:
    """The company's language model, if it has one."""
    told = _told()
    request.shown_version = told["version"]
    return told


@router.put("/language-model", response=LanguageModelOut, **needs(Right.SET_SOURCES))
def change_language_model(request: ApiRequest, body: LanguageModelIn) -> Any:
    """Name the language model and switch it on or off; what is left out is as usual."""
    wanted = Wanted(**body.dict(exclude={"seen"}))
    set_language_model(wanted=wanted, **decided(request, body.seen))
    return _told()


@router.post("/language-model/try", response=ModelTriedOut, **needs(Right.SET_SOURCES))
def try_it(request: ApiRequest) -> Any:
    """Ask the model that is set a question without anybody's data, switched on or not."""
    return try_language_model(**by(request))


@router.post("/threads/{int:pk}/suggest", response=ModelTurnOut, **needs(Right.WORK_CASES))
def suggest_public_answer(request: ApiRequest, pk: int, body: AskForThreadIn) -> Any:
    """Show what the model would be sent for an answer in public, or send what was shown."""
    return _turn(request, access.thread(request.auth, pk), "answer", body)


@router.post("/cases/{int:pk}/suggest", response=ModelTurnOut, **needs(Right.WORK_CASES))
def suggest_answer(request: ApiRequest, pk: int, body: AskModelIn) -> Any:
    """Show what the model would be sent for an answer to a case's customer, or send what was shown."""
    return _turn(request, access.case(request.auth, pk), "answer", body)


@router.post("/replies/{int:pk}/suggest", response=ModelTurnOut, **needs(Right.WORK_CASES))
def suggest_for_reply(request: ApiRequest, pk: int, body: AskModelIn) -> Any:
    """Show what the model would be sent for other words of a reply, or send what was shown."""
    return _turn(request, access.reply(request.auth, pk), "answer", body)


@router.post("/threads/{int:pk}/summarise", response=ModelTurnOut, **needs(Right.WORK_ISSUES))
def summarise_thread(request: ApiRequest, pk: int, body: AskModelIn) -> Any:
    """Show what the model would be sent to summarise a thread, or send what was shown."""
    return _turn(request, access.thread(request.auth, pk), "summary", body)


@router.post("/issues/{int:pk}/summarise", response=ModelTurnOut, **needs(Right.WORK_ISSUES))
def summarise_issue(request: ApiRequest, pk: int, body: AskModelIn) -> Any:
    """Show what the model would be sent to summarise an issue's threads, or send what was shown."""
    return _turn(request, access.issue(request.auth, pk), "summary", body)


def _turn(request: ApiRequest, about: Told, task: Task, body: AskModelIn) -> Any:
    actor, now = request.auth, timezone.now()
    if body.ticket is None:
        key = body.answers if isinstance(body, AskForThreadIn) else None
        post = access.post(actor, key) if key else None
        return model_asking.prepare(actor=actor, about=about, task=task, answered=post, now=now)
    found = model_asking.send(actor=actor, about=about, task=task, ticket=body.ticket, now=now)
    check = shown(found.checked) if task == "answer" else None
    return {"task": task, "model": found.model, "text": found.text, "cut": found.cut, "check": check}


def _told() -> dict[str, Any]:
    row = language_model()
    if row is None:
        return {"active": False, "address": "", "name": "", "seconds": 30, "has_key": False, "version": 0}
    told = {name: getattr(row, name) for name in ("active", "address", "name", "seconds", "version")}
    return {**told, "has_key": bool(row.sealed_key)}
