"""Misago's settings, and what a test's site needs of its inside; runs in Misago's environment, not ours."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from devproject.settings import *  # noqa: F403 - a settings module is its names

DEBUG = False
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "misago",
        "USER": "postgres",
        "HOST": "127.0.0.1",
        "PORT": os.environ["KULANZ_TEST_POSTGRES_PORT"],
    }
}
MEDIA_ROOT = os.environ["KULANZ_TEST_MEDIA"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True


def prepare(password: str) -> None:
    """Create the tables, the people and a second category."""
    from django.core.management import call_command

    Path(MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    _add_people(password)
    _add_place()


def _add_people(password: str) -> None:
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from misago.acl.models import Role
    from misago.users.avatars import dynamic

    command = ("createsuperuser", "--noinput", "--username", "Admin", "--email", "admin@example.org")
    call_command(*command, "--password", password)
    for name in ("Alice", "Bob"):
        account = get_user_model().objects.create_user(name, f"{name.lower()}@example.org", password)
        dynamic.set_avatar(account)
        account.save()
    for role in Role.objects.all():
        role.permissions.setdefault("misago.threads.permissions.threads", {})["can_omit_flood_protection"] = 1
        role.save()


def _add_place() -> None:
    from misago.acl.cache import clear_acl_cache
    from misago.categories.models import Category
    from misago.faker.categories import copy_acl_to_fake_category

    first, second = Category.objects.get(slug="first-category"), Category()
    second.set_name("Second category")
    second.insert_at(first.parent, position="last-child", save=True)
    copy_acl_to_fake_category(first, second)
    clear_acl_cache()


def places() -> None:
    """Print the ids of both categories."""
    from misago.categories.models import Category

    print(*Category.objects.all_categories().order_by("id").values_list("id", flat=True))  # noqa: T201


def fill(threads: str, posts: str) -> None:
    """Write threads, and replies over them in turn, as Misago's generator of test data does."""
    from faker import Factory
    from misago.categories.models import Category
    from misago.faker.posts import get_fake_post
    from misago.faker.threads import get_fake_thread

    fake, category = Factory.create(), Category.objects.get(slug="first-category")
    made = [get_fake_thread(fake, category) for _ in range(int(threads))]
    for number in range(int(posts)):
        get_fake_post(fake, made[number % len(made)])
    for thread in made:
        thread.synchronize()
        thread.save()


def overwrite(post_id: str, text: str) -> None:
    """Change the words of a post in the database, past everything that Misago notes of an edit."""
    from misago.threads.checksums import update_post_checksum
    from misago.threads.models import Post

    post = Post.objects.get(pk=post_id)
    post.original, post.parsed = text, f"<p>{text}</p>"
    update_post_checksum(post)
    post.save(update_fields=["original", "parsed", "checksum"])


def accept(post_id: str) -> None:
    """Mark a post as the best answer of its thread."""
    from misago.threads.models import Post

    post = Post.objects.select_related("thread", "thread__starter").get(pk=post_id)
    post.thread.set_best_answer(post.thread.starter, post)
    post.thread.save()


def unaccept(post_id: str) -> None:
    """Take the mark of a best answer back."""
    from misago.threads.models import Post

    thread = Post.objects.select_related("thread").get(pk=post_id).thread
    thread.clear_best_answer()
    thread.save()


def rule(name: str, value: str) -> None:
    """Set what everybody may do in threads."""
    from misago.acl.cache import clear_acl_cache
    from misago.acl.models import Role
    from misago.categories.models import CategoryRole

    for role in (*Role.objects.all(), *CategoryRole.objects.all()):
        role.permissions.setdefault("misago.threads.permissions.threads", {})[name] = int(value)
        role.save()
    clear_acl_cache()


def serve(port: str) -> None:
    """Answer requests until told to end."""
    from devproject.wsgi import application
    from waitress import serve as answer

    answer(application, host="127.0.0.1", port=int(port), threads=4)


if __name__ == "__main__":
    import django

    django.setup()
    ACTS = {act.__name__: act for act in (prepare, places, fill, overwrite, accept, unaccept, rule, serve)}
    ACTS[sys.argv[1]](*sys.argv[2:])
