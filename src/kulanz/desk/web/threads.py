"""The page of a thread, and what can be done on it."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kulanz.core.report import ThreadDetail
from kulanz.desk import access
from kulanz.desk.queries import threads as queries
from kulanz.desk.queries.issues import issue_choices
from kulanz.desk.queries.radar import SPARK
from kulanz.desk.queries.spreading import spread_of
from kulanz.desk.queries.threads import PostOrder
from kulanz.desk.queries.timeline import thread_timeline
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import ISSUE
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import issues
from kulanz.desk.services.taking import take_thread
from kulanz.desk.templatetags.desk import lang
from kulanz.desk.web.course import course_of
from kulanz.desk.web.deeds import number, offset
from kulanz.desk.web.pages import DeskRequest, act, back, page
from kulanz.desk.web.thread_posts import PostLinks, change_view, shown_posts
from kulanz.pages.camps import CampPicture, camp_picture
from kulanz.pages.safe import web_address
from kulanz.pages.spreading import spread_figure
from kulanz.pages.spreading.order import depth_first
from kulanz.pages.spreading.telling import name_of, sentences, site_of
from kulanz.pages.words import Words

SPREAD_ROWS: Final = 200
_IN_REASONS: Final = "reasons"


@page(Right.SEE_RADAR)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """Everything about one conversation."""
    row = access.thread(request.actor, pk)
    detail, order = queries.findings_of(row), PostOrder(row)
    words = Words(lang())
    links = PostLinks(order, reverse("thread", args=[pk]), words)
    context = {
        "thread": row,
        "stage": row.stage,
        "path": reverse("thread", args=[pk]),
        "here": request.get_full_path(),
        "source_link": web_address(row.url),
        "spark": queries.scores_over_time(row, at_most=SPARK),
        "reasons": list(links.reasons(row.reasons)),
        "camps": _camps(row),
        "timeline": thread_timeline(row, after=request.GET.get("after", "")),
        **_posts(request, row, order, detail, links),
        **_course(row, detail, words, links),
        **_work(request, row),
    }
    return render(request, "thread.html", context)


@page(Right.SEE_RADAR)
def post(request: DeskRequest, pk: int) -> HttpResponse:
    """Go to a post, whichever page of its thread it is on."""
    row = access.post(request.actor, pk)
    order = PostOrder(row.thread)
    links = PostLinks(order, reverse("thread", args=[row.thread_id]), Words(lang()))
    return HttpResponseRedirect(links.address(order.number_of[row.pk]))


@page(Right.SEE_RADAR)
def spread(request: DeskRequest, pk: int) -> HttpResponse:
    """Who took the matter up from whom, over all sources."""
    row = access.thread(request.actor, pk)
    tree, words = spread_of(row), Words(lang())
    context = {"thread": row, "title": row.title or row.key, "tree": tree, "limit": SPREAD_ROWS}
    if tree is not None:
        names = {node.node_id: name_of(node) for node in tree.nodes}
        context |= {
            "sentences": list(sentences(tree, words)),
            "figure": spread_figure(tree, words.lang),
            "nodes": [_place(node, names, words) for node in depth_first(tree.nodes)[:SPREAD_ROWS]],
        }
    return render(request, "thread_spread.html", context)


@act(Right.WORK_ISSUES)
def take(request: DeskRequest, pk: int) -> HttpResponse:
    """Make the conversation the member's own: its issue, which is opened where there is none."""
    row = access.thread(request.actor, pk)
    issue = take_thread(actor=request.actor, thread=row, now=timezone.now())
    messages.success(request, _("It is yours: %(title)s") % {"title": issue.title})
    return back(request, reverse("issue", args=[issue.pk]))


@act(Right.WORK_ISSUES)
def open_issue(request: DeskRequest, pk: int) -> HttpResponse:
    """Open an issue about the conversation, for whoever takes it."""
    row = access.thread(request.actor, pk)
    title = request.POST.get("title", "")
    issue = issues.open_issue(actor=request.actor, threads=[row], title=title, now=timezone.now())
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
    issues.add_threads(actor=request.actor, issue=issue, threads=[row], now=timezone.now())
    messages.success(request, _("The conversation belongs to the issue now."))
    return HttpResponseRedirect(reverse("issue", args=[issue.pk]))


def _posts(
    request: DeskRequest, row: Any, order: PostOrder, detail: ThreadDetail | None, links: PostLinks
) -> dict[str, Any]:
    """One page of posts; only those that reasons rest on where that is wanted."""
    only_named = request.GET.get("only") == _IN_REASONS
    named = {at for reason in row.reasons for at in order.known(reason.get("posts", ()))}
    found = queries.posts_page(
        row, order, detail, offset=offset(request, "from"), only=named if only_named else None
    )
    may_see_removed = request.actor.may(Right.SEE_PEOPLE)
    return {
        "page": found,
        "posts": shown_posts(found.rows, links, Words(lang()), may_see_removed=may_see_removed),
        "only_named": only_named,
        "named_count": len(named),
        "may_see_people": may_see_removed,
        "changes": [
            (
                change_view(each, readable=may_see_removed or each.post is None or not each.post.removed),
                links.reference(order.numbers[each.post.key])
                if each.post and each.post.key in order.numbers
                else None,
            )
            for each in queries.revisions_in(row)
        ],
    }


def _course(row: Any, detail: ThreadDetail | None, words: Words, links: PostLinks) -> dict[str, Any]:
    if detail is None or not detail.findings:
        return {"course": None}
    alarms, views = queries.alarms_of(row), queries.views_over_time(row)
    course = course_of(detail, words, alarms=alarms, views=views)
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
        "issue_choices": [(pk, title) for pk, title in others if pk not in known],
    }


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
