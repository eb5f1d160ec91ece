"""The page of a thread, and what can be done on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _

from kulanz.core.report import ThreadDetail
from kulanz.desk import access
from kulanz.desk.queries import threads as queries
from kulanz.desk.queries.answers import followed, our_posts
from kulanz.desk.queries.approving import approvers_of
from kulanz.desk.queries.cases import public_replies_of
from kulanz.desk.queries.issues import issue_choices
from kulanz.desk.queries.language_model import offered_model
from kulanz.desk.queries.letters import letter_choices
from kulanz.desk.queries.moderating import measures_in
from kulanz.desk.queries.radar import SPARK
from kulanz.desk.queries.spreading import spread_of
from kulanz.desk.queries.threads import PostOrder, PostRow
from kulanz.desk.queries.timeline import thread_timeline
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import ISSUE, REPLY
from kulanz.desk.rules.reasons import as_of
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import issues
from kulanz.desk.services.taking import take_thread
from kulanz.desk.services.undoing import is_undoable
from kulanz.desk.services.writing import can_answer
from kulanz.desk.templatetags.desk import lang
from kulanz.desk.web.course import Course, course_of
from kulanz.desk.web.deeds import NOTHING_KEPT, Kept, number, offset, possible
from kulanz.desk.web.drafting import Panel
from kulanz.desk.web.pages import DeskRequest, act, back, by, page, undoable
from kulanz.desk.web.thread_posts import PostLinks, change_view, evidence, shown_posts
from kulanz.pages.camps import CampPicture, camp_picture
from kulanz.pages.safe import web_address
from kulanz.pages.spreading import spread_figure
from kulanz.pages.spreading.order import depth_first
from kulanz.pages.spreading.telling import legend, name_of, sentences, site_of
from kulanz.pages.words import Words

SPREAD_ROWS: Final = 200
_IN_REASONS: Final = "reasons"


@page(Right.SEE_RADAR)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """Everything about one conversation."""
    return rendered(request, access.thread(request.actor, pk))


def rendered(
    request: DeskRequest, row: Any, kept: Kept = NOTHING_KEPT, panel: Panel | None = None
) -> HttpResponse:
    """Make a conversation's page, with the words of a form that was refused or a draft that was checked."""
    detail, words = queries.findings_of(row), Words(lang())
    named = {key for reason in row.reasons for key in reason.get("posts", ())}
    only = named if request.GET.get("only") == _IN_REASONS else None
    found = queries.posts_page(row, detail, offset=offset(request, "from"), only=only)
    path = reverse("thread", args=[row.pk])
    course, changes = _course(row, detail, words), queries.revisions_in(row)
    order = PostOrder(row, _shown_keys(row, found.rows, course, changes))
    links = PostLinks(order, path, words)
    context = {
        "thread": row,
        "stage": row.stage,
        "row_pk": row.pk,
        "kept": kept,
        "panel": panel,
        "path": path,
        "here": request.get_full_path() if kept is NOTHING_KEPT else path,
        "source_link": web_address(row.url),
        "spark": queries.scores_over_time(row, at_most=SPARK),
        "reasons": list(links.reasons(as_of(row.reasons, timezone.now()))),
        "camps": _camps(row),
        "timeline": thread_timeline(request.actor, row, after=request.GET.get("after", "")),
        "page": found,
        "only_named": only is not None,
        "named_count": len(named),
        **_readable(request, found.rows, changes, links),
        **_linked(course, links),
        **_work(request, row),
        **_answers(request, row),
        "language_model": offered_model(),
    }
    return render(request, "thread.html", context)


@page(Right.SEE_RADAR)
def post(request: DeskRequest, pk: int) -> HttpResponse:
    """Go to a post, whichever page of its thread it is on."""
    row = access.post(request.actor, pk)
    order = PostOrder(row.thread, [row.key])
    links = PostLinks(order, reverse("thread", args=[row.thread_id]), Words(lang()))
    return HttpResponseRedirect(links.address(order.numbers[row.key]))


@page(Right.SEE_RADAR)
def spread(request: DeskRequest, pk: int) -> HttpResponse:
    """Who took the matter up from whom, over all sources."""
    row = access.thread(request.actor, pk)
    tree, words = spread_of(row), Words(lang(), timezone.get_current_timezone())
    context = {"thread": row, "title": row.title or row.key, "tree": tree, "limit": SPREAD_ROWS}
    if tree is not None:
        names = {node.node_id: name_of(node) for node in tree.nodes}
        context |= {
            "sentences": list(sentences(tree, words)),
            "figure": spread_figure(tree, words),
            "narrow": spread_figure(tree, words, narrow=True),
            "legend": legend(tree, words),
            "nodes": [_place(node, names, words) for node in depth_first(tree.nodes)[:SPREAD_ROWS]],
        }
    return render(request, "thread_spread.html", context)


@act(Right.WORK_ISSUES)
def take(request: DeskRequest, pk: int) -> HttpResponse:
    """Make the conversation the member's own: its issue, which is opened where there is none."""
    row = access.thread(request.actor, pk)
    now = timezone.now()
    issue = take_thread(actor=request.actor, thread=row, now=now)
    address = reverse("issue", args=[issue.pk])
    link = format_html('<a href="{}">{}</a>', address, issue.title)
    told = format_html(escape(_("It is yours: %(title)s")).replace("%(title)s", "{}"), link)
    if is_undoable(actor=request.actor, issue=issue, now=now):
        undoable(request, told, reverse("issue_undo", args=[issue.pk]), issue.version)
    else:
        messages.success(request, told)
    return back(request, address)


@act(Right.WORK_ISSUES)
def open_issue(request: DeskRequest, pk: int) -> HttpResponse:
    """Open an issue about the conversation, for whoever takes it."""
    row = access.thread(request.actor, pk)
    title = request.POST.get("title", "")
    issue = issues.open_issue(threads=[row], title=title, **by(request))
    messages.success(request, _("The issue is open. Nobody has it yet."))
    return HttpResponseRedirect(reverse("issue", args=[issue.pk]))


@act(Right.WORK_ISSUES)
def add_to_issue(request: DeskRequest, pk: int) -> HttpResponse:
    """Make the conversation part of an issue that is open."""
    row = access.thread(request.actor, pk)
    wanted = number(request.POST.get("issue", ""))
    if wanted is None:
        raise RuleError(_("Choose the issue that the conversation belongs to."))
    issue = access.issue(request.actor, wanted)
    issues.add_threads(issue=issue, threads=[row], **by(request))
    messages.success(request, _("The conversation belongs to the issue now."))
    return HttpResponseRedirect(reverse("issue", args=[issue.pk]))


def _shown_keys(
    row: Any, posts: Iterable[PostRow], course: Course | None, changes: Iterable[Any]
) -> Iterator[str]:
    """The keys of all posts that the page shows or points at."""
    for each in posts:
        yield from (each.post.key, each.post.reply_to)
    for reason in row.reasons:
        yield from evidence(reason)
    if course is not None:
        yield from (key for moment in course.moments for key in moment.posts)
        yield from (line.post_id for line in course.rows)
    yield from (change.post.key for change in changes if change.post)


def _readable(
    request: DeskRequest, rows: Iterable[PostRow], changes: Iterable[Any], links: PostLinks
) -> dict[str, Any]:
    """Posts and changes, with the words that the reader may see."""
    may_see = request.actor.may(Right.SEE_PEOPLE)
    return {
        "posts": shown_posts(rows, links, Words(lang()), may_see_removed=may_see),
        "may_see_people": may_see,
        "changes": [
            (
                change_view(each, readable=may_see or each.post is None or not each.post.removed),
                next(iter(links.references([each.post.key] if each.post else [])), None),
            )
            for each in changes
        ],
    }


def _course(row: Any, detail: ThreadDetail | None, words: Words) -> Course | None:
    if detail is None or not detail.findings:
        return None
    alarms, views = queries.alarms_of(row), queries.views_over_time(row)
    return course_of(detail, words, alarms=alarms, views=views)


def _linked(course: Course | None, links: PostLinks) -> dict[str, Any]:
    """The course, with links to its posts."""
    if course is None:
        return {"course": None}
    return {
        "course": course,
        "moments": [(each, links.references(each.posts)) for each in course.moments],
        "course_rows": [(each, *links.references([each.post_id])) for each in course.rows],
    }


def _camps(row: Any) -> CampPicture:
    people, answers = queries.answers_of(row)
    return camp_picture(people, answers)


def _work(request: DeskRequest, row: Any) -> dict[str, Any]:
    may_work = request.actor.may(Right.WORK_ISSUES)
    issues_of_it = queries.issues_with(row)
    known = {issue.pk for issue in issues_of_it}
    others = issue_choices() if may_work else ()
    return {
        "may_work": may_work,
        "issues": issues_of_it,
        "taken": any(issue.owner_id for issue in issues_of_it if issue.state not in ISSUE.final),
        "attention": queries.attention_to(row),
        "measures": measures_in(row),
        "may_moderate": request.actor.may(Right.MODERATE),
        "issue_choices": [(pk, title) for pk, title in others if pk not in known],
    }


def _answers(request: DeskRequest, row: Any) -> dict[str, Any]:
    """The company's answers in public, each with what can be done to it now."""
    if not request.actor.may(Right.SEE_CASES):
        return {}
    replies = public_replies_of(row, offset=offset(request, "replies_from"))
    works = request.actor.may(Right.WORK_CASES)
    return {
        "replies": replies,
        "approvers": approvers_of(replies.rows),
        "letters": letter_choices(row) if works else (),
        "posts_here": can_answer(row.source),
        "followed": followed(row, replies.rows),
        "our_posts": our_posts(row),
        "answering": _answering(request, row),
        "reply_actions": [(each, possible(request.actor, REPLY, each.state)) for each in replies.rows],
        "may_reply": works,
    }


def _answering(request: DeskRequest, row: Any) -> Any:
    """The post that somebody is about to answer, by its address or by the form that is shown again."""
    wanted = number(request.GET.get("answer", "") or request.POST.get("answers", ""))
    found = access.post(request.actor, wanted) if wanted else None
    return found if found is not None and found.thread_id == row.pk else None


def _place(node: Any, names: dict[str, str], words: Words) -> dict[str, Any]:
    return {
        "name": names[node.node_id],
        "thread": number(node.node_id),
        "url": web_address(node.url),
        "site": site_of(node),
        "how": words(f"spread_how_{node.how}"),
        "parent": names.get(node.parent or "", ""),
        "at": node.first_seen,
        "reach": node.reach,
        "posts": node.posts,
    }
