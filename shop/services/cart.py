"""The live cart."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l

from shop.errors import Conflict, FieldError, Invalid, NotFound, OutOfStock, ShopError, Unavailable
from shop.models import Book
from shop.repositories.base import Sessions
from shop.repositories.books import BookRepository
from shop.repositories.carts import CartRepository, Full, StoredLine, TooMany, cart_of, owner_of
from shop.repositories.kept_carts import KeptCartRepository
from shop.services.base import EntityBaseService
from shop.services.cart_contents import Cart, CartLine
from shop.services.durable_carts import DurableCarts
from shop.services.storage_errors import translated

logger = logging.getLogger(__name__)

# How long a removed line can be put back.
UNDO_SECONDS = 3600


class CartService(EntityBaseService[Book]):
    """Carts are addressed by id; None is the cart of somebody who has none yet."""

    def __init__(
        self,
        session: Sessions,
        books: BookRepository,
        carts: CartRepository,
        kept: KeptCartRepository,
        most_copies: int,
    ) -> None:
        super().__init__(session, books)
        self.books = books
        self.carts = carts
        self.kept = kept
        self.durable = DurableCarts(carts, kept)
        self.most_copies = most_copies

    @staticmethod
    def new_id() -> str:
        return f"g{secrets.token_urlsafe(18)}"

    @staticmethod
    def id_of_user(user_id: int) -> str:
        return cart_of(user_id)

    def view(self, cart_id: str | None, removed: int | None = None) -> Cart:
        """The cart with today's prices and stock; titles that are gone are left out.

        `removed` is the id of a book whose line has just been taken out. Unavailable while Redis
        does not answer, for a visitor without a cart too: nothing could be put into it.
        """
        if cart_id is None:
            with translated():
                self.carts.ping()
            return Cart()
        with self.transaction():
            stored = self._led(cart_id, self.durable.lines(cart_id))
            gone = None if removed is None else self._removed(cart_id, removed, stored)
            ids = [line.book_id for line in (*stored, gone) if line is not None]
            books = self.books.by_ids(ids) if ids else {}
        # Who put a book in that staff then took back to a draft knows of it no more.
        books = {key: book for key, book in books.items() if not book.is_draft}
        known = [line for line in stored if line.book_id in books]
        return Cart(
            lines=tuple(CartLine(books[line.book_id], line.quantity) for line in known),
            removed=CartLine(books[gone.book_id], gone.quantity)
            if gone and gone.book_id in books
            else None,
            removed_before=sum(1 for line in known if gone and line.added_at < gone.added_at),
        )

    def _led(self, cart_id: str, stored: tuple[StoredLine, ...]) -> tuple[StoredLine, ...]:
        """The lines, where those of a book that was the double of another one are that one's."""
        led = self.books.led_to(line.book_id for line in stored) if stored else {}
        for line in stored:
            if kept := led.get(line.book_id):
                self.carts.lead(cart_id, line.book_id, kept, most=self.most_copies)
        return self.durable.lines(cart_id) if led else stored

    def count(self, cart_id: str | None) -> int | None:
        """Copies in the cart; None when Redis does not answer, since a badge closes no page."""
        if cart_id is None:
            return 0
        try:
            with translated():
                stored = self.carts.read(cart_id)
        except Unavailable:
            return None
        if not stored.changes and (user_id := owner_of(cart_id)) is not None:
            # Redis knows nothing of it. The copy is only looked at: a badge mends nothing.
            with self.transaction():
                stored = self.kept.copy_of(user_id)
        return sum(line.quantity for line in stored.lines)

    def add(self, cart_id: str, book_id: int, quantity: int) -> Cart:
        """Put copies in beside those that are there; OutOfStock when so many cannot be had."""
        self._change(cart_id, book_id, quantity, add=True)
        return self.view(cart_id)

    def set_quantity(self, cart_id: str, book_id: int, quantity: int) -> Cart:
        """Make the line hold so many copies; 0 takes it out."""
        if quantity == 0:
            with self.transaction(), self.durable.changing(cart_id) as carts:
                carts.remove(cart_id, book_id, keep=UNDO_SECONDS)
            return self.view(cart_id, removed=book_id)
        self._change(cart_id, book_id, quantity, add=False)
        return self.view(cart_id)

    def resize(self, cart_id: str | None, book_id: int, quantity: int) -> Cart:
        """As `set_quantity`, for a line that is there; NotFound for one that is not."""
        with self.transaction():
            stored = self.durable.lines(cart_id) if cart_id is not None else ()
        if cart_id is None or all(line.book_id != book_id for line in stored):
            raise NotFound(_l("This book is not in the cart."))
        return self.set_quantity(cart_id, book_id, quantity)

    def restore(self, cart_id: str, book_id: int) -> Cart:
        """Put back a line that was taken out, as it was; NotFound when that is too long ago."""
        try:
            with self.transaction(), self.durable.changing(cart_id) as carts:
                found = carts.restore(cart_id, book_id)
        except Full:
            raise self._full() from None
        cart = self.view(cart_id)
        # Sent twice, it is back already.
        if not found and all(line.book.id != book_id for line in cart.lines):
            raise NotFound(_l("This book cannot be put back any more: look for it again."))
        return cart

    def empty(self, cart_id: str) -> Cart:
        """Take everything out; safe to repeat. A line put in meanwhile stays."""
        with self.transaction(), self.durable.changing(cart_id) as carts:
            for line in carts.lines(cart_id):
                carts.remove(cart_id, line.book_id, keep=UNDO_SECONDS)
        return self.view(cart_id)

    def merge(self, from_id: str, into_id: str) -> None:
        """Copy a guest's lines into a customer's cart, the larger quantity wins; safe to repeat."""
        with self.transaction(), self.durable.changing(into_id) as carts:
            for line in carts.lines(from_id):
                carts.put_at_least(into_id, line.book_id, line.quantity)
                # One by one, so that a line that comes in between stays.
                carts.remove(from_id, line.book_id)

    def take_out(self, cart_id: str, book_ids: Iterable[int], bought_at: datetime) -> None:
        """Take out what was bought; safe to repeat, since a line put in later stays.

        A line that stays because Redis is gone does no harm.
        """
        bought = set(book_ids)
        try:
            with self.transaction(), self.durable.changing(cart_id) as carts:
                for line in carts.lines(cart_id):
                    if line.book_id in bought and line.added_at <= bought_at.timestamp():
                        carts.remove(cart_id, line.book_id)
        except Unavailable:
            logger.warning("what was bought could not be taken out of the cart")

    def sweep(self) -> int:
        """Delete the copies of accounts' carts whose life is over; how many there were."""
        with self.transaction():
            return self.kept.sweep()

    def _change(self, cart_id: str, book_id: int, quantity: int, *, add: bool) -> None:
        self._check_quantity(quantity)
        book = self._book(book_id)
        available = book.num_available
        if available <= 0:
            raise self._none_to_be_had(book)
        refusal: ShopError | None = None
        with self.transaction(), self.durable.changing(cart_id) as carts:
            most = min(self.most_copies, available)
            # Raised afterwards, so that it rolls nothing back.
            try:
                carts.put(cart_id, book_id, quantity, most=most, add=add)
            except TooMany:
                refusal = self._too_many(book, available)
            except Full:
                refusal = self._full()
        if refusal is not None:
            raise refusal

    def _removed(
        self, cart_id: str, book_id: int, stored: Iterable[StoredLine]
    ) -> StoredLine | None:
        """The line that was taken out, unless the book is in the cart again."""
        if any(line.book_id == book_id for line in stored):
            return None
        return self.carts.removed(cart_id, book_id)

    def _full(self) -> Conflict:
        return Conflict(_l("The cart is full: it holds %(n)s titles.", n=self.carts.most_lines))

    def _check_quantity(self, quantity: int) -> None:
        if not 1 <= quantity <= self.most_copies:
            message = _l(
                "Choose between 1 and %(most)s copies of one title.", most=self.most_copies
            )
            raise Invalid(message, (FieldError("quantity", message, "out_of_range"),))

    def _book(self, book_id: int) -> Book:
        gone = NotFound(_l("This book is not in the shop any more."))
        try:
            book = self.get(book_id)
        except NotFound:
            raise gone from None
        if book.is_draft:
            raise gone
        return book

    def _none_to_be_had(self, book: Book) -> OutOfStock:
        if not book.is_on_sale:
            message = _l("“%(title)s” is no longer sold.", title=book.title)
            return OutOfStock(message, (book.id,))
        if book.is_coming:
            return OutOfStock(_l("“%(title)s” is not out yet.", title=book.title), (book.id,))
        return OutOfStock(_l("“%(title)s” is sold out.", title=book.title), (book.id,))

    def _too_many(self, book: Book, available: int) -> OutOfStock:
        if available > self.most_copies:
            message = _l(
                "At most %(most)s copies of one title fit in one order.", most=self.most_copies
            )
        else:
            message = _l("“%(title)s”: only %(n)s left.", n=available, title=book.title)
        return OutOfStock(message, (book.id,))
