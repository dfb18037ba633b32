"""What bodies look like, for people who read the document. A test shows that they are taken."""

from __future__ import annotations

from typing import Any

PLACE = {"city": "Москва", "street": "Тверская, 1, кв. 5", "postal_code": "125009"}
CONTACT = {"email": "reader@example.org", "phone": "+7 900 000-00-00", "full_name": "Анна Керн"}
BOOK: dict[str, Any] = {
    "isbn": "978-0-306-40615-7",
    "title": "War and Peace",
    "contributors": [{"id": 1, "role": "author"}],
    "category_ids": [3],
    "language": "en",
    "format": "hardcover",
    "published_year": 1869,
    "pages": 1225,
    "age_mark": 12,
    "list_price": {"amount": "999.00", "currency": "RUB"},
    "discount_percent": 10,
}
ORDER = {**CONTACT, **PLACE, "shipping_method": "courier", "consent": True}
# By the name of the model.
EXAMPLES: dict[str, dict[str, Any]] = {
    "Registration": {
        "email": "reader@example.org",
        "password": "lantern over quiet water",
        "first_name": "Анна",
        "consent": True,
    },
    "Login": {"email": "reader@example.org", "password": "lantern over quiet water"},
    "Refreshing": {"refresh_token": "9f0c….kq2….7d1…"},
    "ProfileChange": {"first_name": "Анна", "birth_date": "1979-02-11"},
    "NewApiKey": {
        "name": "Stock scanner",
        "scopes": ["read", "see_stock"],
        "current_password": "lantern over quiet water",
    },
    "NewUser": {"email": "vera@example.org", "first_name": "Вера", "role": "catalogue_manager"},
    "UserChange": {"role": "order_manager"},
    "NewBook": {**BOOK, "num_in_stock": 20, "status": "draft"},
    "BookIn": {**BOOK, "status": "on_sale"},
    "BookChange": {"list_price": {"amount": "899.00", "currency": "RUB"}, "discount_percent": 15},
    "WantedCopies": {"book_id": 1, "quantity": 2},
    "Copies": {"quantity": 3},
    "CheckoutBody": ORDER,
    "ImageChange": {"alt": "The cover: a road in the snow", "position": 0},
    "AuthorIn": {"name": "Лев Толстой", "sort_name": "Толстой, Лев", "name_en": "Leo Tolstoy"},
    "AuthorChange": {"name_en": "Lev Tolstoy"},
    "PublisherIn": {"name": "Academia"},
    "PublisherChange": {"name": "Academia Press"},
    "SeriesIn": {"name": "Literary monuments"},
    "SeriesChange": {"name": "Monuments of literature"},
    "CategoryIn": {"name": "Novels", "name_ru": "Романы", "parent_id": 1},
    "CategoryChange": {"parent_id": 2},
    "OrderBody": {**ORDER, "lines": [{"book_id": 1, "quantity": 1}]},
    "OrderChange": {"street": "Тверская, 1, кв. 7", "comment": "Please ring twice."},
    "Cancellation": {"reason": "Ordered twice"},
    "Parcel": {"carrier": "Почта России", "tracking_number": "RA644000001RU"},
    "LineChange": {"quantity": 1},
}
