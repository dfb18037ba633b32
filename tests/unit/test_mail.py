"""Letters as messages."""

from __future__ import annotations

import email
import email.policy
import traceback

import pytest
from aiosmtpd.controller import Controller

from dev.services.ports import HOST, free_port
from shop.errors import Unavailable
from shop.gateways.mail import FolderMailer, Letter, SmtpMailer, compose, mailer_for

LETTER = Letter(
    key="paid-7",
    to="reader@example.org",
    subject="Заказ 2345-6789 оплачен",
    text="Спасибо.\n",
    html="<p>Спасибо.</p>",
)


def test_a_letter_is_one_message_however_often_it_is_composed():
    first, second = (compose(LETTER, "Shop <orders@shop.example>") for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"] == "<paid-7@shop.example>"
    assert (first["To"], first["Subject"]) == (LETTER.to, LETTER.subject)
    assert first["Auto-Submitted"] == "auto-generated"
    assert first.get_body(("plain",)).get_content() == LETTER.text
    assert "Спасибо" in first.get_body(("html",)).get_content()


def test_a_letter_sent_again_leaves_one_file(tmp_path):
    mailer = FolderMailer(tmp_path / "mail", "Shop <orders@shop.example>")
    mailer.send(LETTER)
    mailer.send(LETTER)
    [path] = (tmp_path / "mail").iterdir()
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["Subject"] == LETTER.subject


@pytest.mark.parametrize("header", ["to", "subject"])
def test_a_letter_cannot_smuggle_in_a_header(header):
    values = {**vars(LETTER), header: "a@example.org\nBcc: all@example.org"}
    with pytest.raises(ValueError, match="linefeed"):
        compose(Letter(**values), "orders@shop.example")


@pytest.mark.parametrize(
    ("url", "kind"),
    [("file:/tmp/mail", FolderMailer), ("smtp://localhost", SmtpMailer), ("smtps://x", SmtpMailer)],
)
def test_the_address_names_the_mailer(url, kind):
    assert type(mailer_for(url, "orders@shop.example")) is kind


def test_a_mail_server_that_is_not_there_is_unavailable():
    # Nobody listens on the reserved port.
    with pytest.raises(Unavailable):
        SmtpMailer("smtp://127.0.0.1:1", "orders@shop.example").send(LETTER)


class Refusing:
    """Takes a letter no further than to the step that it refuses."""

    def __init__(self, step: str, answer: str) -> None:
        setattr(self, f"handle_{step}", self.refuse)
        self.answer = answer

    async def refuse(self, *_: object) -> str:
        return self.answer


@pytest.mark.parametrize(
    ("step", "answer", "told"),
    [
        ("RCPT", "550 no reader@example.org here", "SMTPRecipientsRefused 550"),
        ("DATA", "554 <reader@example.org> wants no letters", "SMTPDataError 554"),
    ],
)
def test_a_letter_that_is_refused_does_not_tell_whose_it_was(step, answer, told):
    server = Controller(Refusing(step, answer), hostname=HOST, port=free_port())
    server.start()
    try:
        with pytest.raises(Unavailable) as refused:
            SmtpMailer(f"smtp://{HOST}:{server.port}", "orders@shop.example").send(LETTER)
    finally:
        server.stop()
    assert str(refused.value) == f"the mail server: {told}"
    # Logs have what led to it too.
    assert LETTER.to not in "".join(traceback.format_exception(refused.value))
