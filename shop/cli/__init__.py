"""The shop's own flask commands."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import with_appcontext

from shop.cli.backup import backup, restore
from shop.cli.books import books
from shop.cli.doctor import doctor
from shop.cli.images import images
from shop.errors import ShopError
from shop.models import RoleCode
from shop.web.services import services


@click.command()
@with_appcontext
def seed() -> None:
    """Put in what a new shop starts with: ways of shipping and pages. Safe to repeat."""
    click.echo(f"Ways of shipping added: {services.shipping.seed()}.")
    click.echo(f"Pages added: {services.content.seed()}.")


@click.command("create-admin")
@click.argument("email")
@click.password_option()
@with_appcontext
def create_admin(email: str, password: str) -> None:
    """Make an account that may do everything."""
    try:
        services.accounts.register(email, password, role=RoleCode.ADMIN)
    except ShopError as problem:
        reasons = [str(e.message) for e in problem.errors] or [str(problem.detail or problem.title)]
        raise click.ClickException("; ".join(reasons)) from None
    click.echo(f"{email} may now log in at /login.")


@click.command("reset-second-factor")
@click.argument("email")
@with_appcontext
def reset_second_factor(email: str) -> None:
    """Let somebody log in by password again who has lost telephone and recovery codes."""
    try:
        services.second_factor.reset(email)
    except ShopError as problem:
        raise click.ClickException(str(problem.detail or problem.title)) from None
    click.echo(f"{email} logs in by password alone until the second factor is turned on again.")


@click.command()
@with_appcontext
def reconcile() -> None:
    """Settle open payments and cancel unpaid orders now, not at the next turn of the clock."""
    click.echo(f"Payments looked at: {services.payments.reconcile()}.")
    click.echo(f"Refunds looked at: {services.refunds.reconcile()}.")
    click.echo(f"Orders expired: {services.orders.expire_due()}.")


@click.group()
def search() -> None:
    """What search looks into."""


@search.command()
@with_appcontext
def rebuild() -> None:
    """Index every book anew. Triggers keep the index: this is for after a change of its making."""
    last = 0
    while following := services.search.rebuild(last):
        last = following
        click.echo(f"Indexed up to book {last}.")
    click.echo(f"Words counted anew: {services.search.recount()}.")


def register(app: Flask) -> None:
    for command in (
        *(seed, create_admin, reset_second_factor, reconcile),
        *(backup, restore, doctor, books, images, search),
    ):
        app.cli.add_command(command)
