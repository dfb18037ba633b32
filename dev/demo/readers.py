"""Readers who ordered from the demo shop: invented, like all that they bought."""

from __future__ import annotations

from dataclasses import dataclass

from dev.demo.accounts import ACCOUNTS
from shop.models.slugs import slug

CUSTOMER = next(each for each in ACCOUNTS if each.email.startswith("customer@"))


@dataclass(frozen=True)
class Reader:
    name: str
    city: str
    street: str
    postal_code: str
    locale: str = "ru"

    @property
    def email(self) -> str:
        """At example.org, where no mail arrives (RFC 2606)."""
        return f"{slug(self.name)}@example.org"


# The one of the account that everybody may look into.
OWN = Reader(
    f"{CUSTOMER.first_name} {CUSTOMER.last_name}", "Tver", "Sovetskaya 12, 5", "170100", "en"
)
READERS = (
    Reader("Анна Ветрова", "Москва", "Лесная ул., 9, кв. 14", "125047"),
    Reader("Борис Ключников", "Санкт-Петербург", "наб. Фонтанки, 62, кв. 3", "191002"),
    Reader("Вера Лунина", "Казань", "ул. Баумана, 21, кв. 40", "420111"),
    Reader("Глеб Сорокин", "Екатеринбург", "ул. Малышева, 30, кв. 77", "620014"),
    Reader("Дарья Полевая", "Новосибирск", "Красный пр., 50, кв. 8", "630091"),
    Reader("Егор Мельник", "Нижний Новгород", "Большая Покровская ул., 4, кв. 2", "603005"),
    Reader("Жанна Орлова", "Псков", "Октябрьский пр., 15, кв. 6", "180000"),
    Reader("Захар Тихий", "Калининград", "ул. Кирова, 8, кв. 19", "236022"),
    Reader("Ирина Снегирёва", "Томск", "пр. Ленина, 44, кв. 31", "634050"),
    Reader("Кирилл Зимин", "Ярославль", "Волжская наб., 11, кв. 5", "150000"),
    Reader("Лидия Гай", "Вологда", "ул. Мира, 7, кв. 12", "160000"),
    Reader("Михаил Дроздов", "Ростов-на-Дону", "Пушкинская ул., 100, кв. 9", "344022"),
    Reader("Нина Ладожская", "Петрозаводск", "пр. Карла Маркса, 3, кв. 1", "185035"),
    Reader("Олег Бережной", "Самара", "ул. Куйбышева, 71, кв. 25", "443099"),
    Reader("Полина Чернова", "Иркутск", "ул. Карла Маркса, 18, кв. 4", "664003"),
    Reader("Emily Ward", "Moscow", "Pokrovka 27, 11", "105062", "en"),
    Reader("Thomas Reed", "Saint Petersburg", "Rubinshteyna 15, 20", "191002", "en"),
    Reader("Claire Martin", "Kazan", "Pushkina 6, 33", "420015", "en"),
)
