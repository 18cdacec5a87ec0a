"""One enquiry, whoever sends it at the same moment and wherever it stops."""

import pytest
from django.db import connection
from wagtail.models import Site

from fostering.enquiry.questions import checked_answers
from fostering.models import Case, CaseEvent, DraftAccess, Enquiry, EnquiryDraft, OutgoingMail
from fostering.services import drafts, enquiries
from tests.fostering.enquiries import EMAIL, Person, centre, deliver, link_of
from tests.fostering.test_sign_up_race import WORKERS, in_threads


def send(draft: EnquiryDraft) -> Enquiry:
    """As the page does it, with what it had in view."""
    return enquiries.submit(
        draft.pk,
        checked_answers(drafts.answers_of(draft)),
        seen=drafts.version_of(draft),
        consent_text="I agree",
        is_trapped=False,
    )


def numbers() -> list[int]:
    return [model.objects.count() for model in (Enquiry, Case, CaseEvent, OutgoingMail)]


@pytest.mark.postgres
def test_eight_workers_send_one_draft(committed: None) -> None:
    centre()
    person = Person()
    person.answer_all()
    found: list[int] = []
    in_threads([person.draft] * WORKERS * 2, lambda draft: found.append(send(draft).pk))
    assert len(set(found)) == 1
    assert numbers() == [1, 1, 1, 2]


@pytest.mark.postgres
def test_one_link_opens_one_browser(committed: None) -> None:
    centre()
    person = Person()
    person.answer(1)
    person.post("enquiry-later", email=EMAIL)
    (message,) = deliver()
    token = link_of(message).rstrip("/").rpartition("/")[2]
    keys: list[str | None] = []
    in_threads([token] * WORKERS, lambda each: keys.append(drafts.open_link(each)))
    assert len([key for key in keys if key]) == 1
    # The browser in which the draft was begun is no longer let in: the link moved it.
    assert DraftAccess.objects.exclude(key_digest=None).count() == 1


class Killed(BaseException):
    """The process ended here: no `except Exception` stops it."""


def test_killed_before_any_statement_nothing_is_half_done(site: Site) -> None:
    centre()
    person = Person()
    person.answer_all()
    draft = person.draft
    stop_at = 0
    while True:
        stop_at += 1
        seen = 0

        def stop(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
            nonlocal seen
            # Without savepoints: a killed process sends none.
            if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                seen += 1
                if seen == stop_at:  # noqa: B023  called within this turn only
                    raise Killed
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(stop):
                send(draft)
        except Killed:
            assert numbers() == [0, 0, 0, 0]
            draft.refresh_from_db()
            assert drafts.answers_of(draft)["email"] == EMAIL
        else:
            break
    assert stop_at > 10
    assert numbers() == [1, 1, 1, 2]
