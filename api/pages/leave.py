"""Away from here at once: the way out of every page, and the plain calendar that it leads to.

The calendar is a page of this service, since another site would be asked for something at the worst moment, and may not be reached at all.
"""

from __future__ import annotations

import calendar as months
from datetime import date

from babel import Locale
from flask import Flask, Response, redirect, render_template, url_for
from werkzeug import Response as BaseResponse

from api.languages import current


def register(app: Flask) -> None:
    """Add the way out to the application. Its addresses name no language: they are to tell nothing."""

    @app.get("/leave")
    def leave() -> BaseResponse:
        answer = redirect(url_for("calendar"), 303)
        answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @app.get("/calendar")
    def calendar() -> Response:
        language, today = current(), date.today()
        locale = Locale.parse(language)
        first = locale.first_week_day
        weeks = months.Calendar(first).monthdatescalendar(today.year, today.month)
        days = [locale.days["stand-alone"]["abbreviated"][(first + index) % 7] for index in range(7)]
        answer = Response(render_template("leave/calendar.html", today=today, weeks=weeks, days=days), mimetype="text/html")
        answer.headers["Cache-Control"] = "no-store"
        return answer
