"""What a web server runs."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from kulanz.desk.checks import refuse_unsafe
from kulanz.desk.conf import conf

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kulanz.desk.project.settings")
application = get_wsgi_application()
refuse_unsafe(conf())
