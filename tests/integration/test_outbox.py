"""The outbox: promised with the change, delivered at least once, each message on its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from shop.errors import Unavailable
from shop.extensions import db
from shop.models import OutboxMessage
from shop.models.columns import utcnow
from shop.models.outbox import LEASE
from shop.repositories.outbox import OutboxRepository
from shop.services.outbox import MOST_TRIES, OutboxService, Topic
from tests.rivals import at_once
from tests.stored import messages


class Deliveries:
    """A handler that notes what it gets, and fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.got: list[tuple[str, dict]] = []
        self.failures = failures

    def __call__(self, *, key: str, **payload) -> None:
        self.got.append((key, payload))
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the world is not ready")

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in self.got]


@pytest.fixture
def nudges() -> list[str]:
    return []


@pytest.fixture
def outbox(services, nudges) -> OutboxRepository:
    return OutboxRepository(db.session, lambda topics: nudges.append(*topics))


@pytest.fixture
def mails() -> Deliveries:
    return Deliveries()


@pytest.fixture
def service(outbox, mails) -> OutboxService:
    return OutboxService(db.session, outbox, {Topic.MAIL: mails})


def put(service, key: str, **payload) -> None:
    with service.transaction():
        service.outbox.put(Topic.MAIL, key, **payload)


def put_and_fail(service, key: str) -> None:
    with service.transaction():
        service.outbox.put(Topic.MAIL, key)
        raise RuntimeError


def long_ago() -> None:
    """All that waits is due."""
    db.session.execute(update(OutboxMessage).values(available_at=utcnow() - timedelta(days=1)))
    db.session.commit()


def test_a_message_is_written_with_the_change_or_not_at_all(service):
    with pytest.raises(RuntimeError):
        put_and_fail(service, "one")
    assert messages() == []
    put(service, "two")
    assert [m.dedupe_key for m in messages()] == ["two"]


def test_a_message_of_the_same_key_is_the_same_message(service, mails):
    put(service, "one", text="first")
    put(service, "one", text="second")
    assert service.deliver_due() == 1
    put(service, "one", text="third")
    assert service.deliver_due() == 0
    assert mails.got == [("one", {"text": "first"})]


def test_messages_go_out_in_the_order_in_which_they_were_due(service, mails):
    for key in ("one", "two", "three"):
        put(service, key)
    assert service.deliver_due() == 3
    assert mails.keys == ["one", "two", "three"]
    assert all(m.delivered_at for m in messages())
    assert service.deliver_due() == 0


def test_a_message_for_later_waits(service, mails):
    with service.transaction():
        service.outbox.put(Topic.MAIL, "later", after=timedelta(seconds=60))
    assert service.deliver_due() == 0
    long_ago()
    assert service.deliver_due() == 1


def test_the_pause_after_a_failure_doubles(service, mails):
    mails.failures = 3
    put(service, "one")
    for seconds in (2, 4, 8):
        before = utcnow()
        assert service.deliver_due() == 0
        assert messages()[0].available_at >= before + timedelta(seconds=seconds)
        long_ago()
    assert messages()[0].last_error == "RuntimeError('the world is not ready')"
    assert service.deliver_due() == 1
    assert messages()[0].last_error is None


def test_one_failure_does_not_hold_up_the_others(service, mails):
    mails.failures = 1
    put(service, "bad")
    put(service, "good")
    assert service.deliver_due() == 1
    assert mails.keys == ["bad", "good"]


def test_a_topic_that_nobody_handles_is_kept_with_its_error(service):
    with service.transaction():
        service.outbox.put("no.such.topic", "one")
    assert service.deliver_due() == 0
    [message] = messages()
    assert message.delivered_at is None
    assert "no.such.topic" in message.last_error


def test_a_change_that_a_failing_handler_made_is_taken_back(service, outbox, mails):
    def half(*, key: str) -> None:
        with service.transaction():
            outbox.put(Topic.MAIL, "half")
            raise RuntimeError

    put(service, "one")
    OutboxService(db.session, outbox, {Topic.MAIL: half}).deliver_due()
    assert [m.dedupe_key for m in messages()] == ["one"]


def test_a_message_is_claimed_by_one_of_two_workers(app, service, mails):
    for number in range(20):
        put(service, f"mail-{number}")
    delivered = at_once(app, 4, lambda _: service.deliver_due())
    assert sum(delivered) == 20
    assert sorted(mails.keys) == sorted(f"mail-{number}" for number in range(20))


def test_a_message_that_somebody_holds_is_passed_over(service, mails, rival):
    put(service, "one")
    put(service, "two")
    rival.execute("SELECT 1 FROM outbox WHERE dedupe_key = 'one' FOR UPDATE")
    assert service.deliver_due() == 1
    assert mails.keys == ["two"]


def test_a_claim_is_good_for_its_lease_only(service, mails):
    put(service, "one")
    before = utcnow()
    # Whoever claimed it was killed before saying how it went.
    assert service._claim() is not None
    assert service.deliver_due() == 0
    assert messages()[0].available_at >= before + LEASE
    long_ago()
    assert service.deliver_due() == 1


def test_the_worker_is_nudged_once_after_the_commit(service, nudges):
    with service.transaction():
        service.outbox.put(Topic.MAIL, "one")
        service.outbox.put(Topic.MAIL, "two")
        db.session.flush()
        assert nudges == []
    assert nudges == ["mail"]


def test_the_worker_is_not_nudged_by_a_savepoint(service, nudges):
    with service.transaction():
        service.outbox.put(Topic.MAIL, "one")
        with db.session.begin_nested():
            pass
        assert nudges == []
    assert nudges == ["mail"]


def test_the_worker_is_not_nudged_after_a_rollback(service, nudges):
    with pytest.raises(RuntimeError):
        put_and_fail(service, "one")
    with service.transaction():
        pass  # nothing was promised here
    assert nudges == []
    put(service, "two")
    assert nudges == ["mail"]


def test_what_moves_money_goes_before_mails(service, outbox):
    done = []
    service.handlers = {topic: lambda *, key, done=done: done.append(key) for topic in Topic}
    for topic, key in ((Topic.MAIL, "mail"), (Topic.REFUND, "refund"), (Topic.CAPTURE, "capture")):
        with service.transaction():
            outbox.put(topic, key)
    service.deliver_due()
    assert done == ["refund", "capture", "mail"]


def test_a_mail_that_nobody_takes_is_given_up_and_money_never_is(service, outbox):
    def fail(**_: object) -> None:
        raise Unavailable("nobody is there")

    service.handlers = {Topic.MAIL: fail, Topic.REFUND: fail}
    for topic in (Topic.MAIL, Topic.REFUND):
        with service.transaction():
            outbox.put(topic, f"{topic}", email="nobody@example.org")
    db.session.execute(update(OutboxMessage).values(attempts=MOST_TRIES))
    db.session.commit()
    service.deliver_due()
    mail, refund = messages()
    assert mail.delivered_at is not None
    assert "nobody is there" in mail.last_error
    assert "email" not in mail.payload
    assert refund.delivered_at is None
