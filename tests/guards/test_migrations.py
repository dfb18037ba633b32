"""Migrations lead to what the models say, and back."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import flask_migrate
import psycopg
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from psycopg import sql
from sqlalchemy import Connection

from shop.app import create_app
from shop.config import Config
from shop.extensions import db
from shop.web.services import services
from tests.live_shop import ROOT
from tests.rivals import meanwhile, until_blocked

# As migrations/env.py has it, which only Alembic can load.
MIGRATING = 2_009_031_105
NAME = "migrated"
SCHEMA = """
SELECT table_name, column_name, data_type, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), NULL, NULL
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT tablename, indexname, indexdef, NULL, NULL FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), NULL, NULL
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT proname, pg_get_function_identity_arguments(oid), prosrc, NULL, NULL
FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
ORDER BY 1, 2, 3
"""


@pytest.fixture
def migrated(config: Config) -> Iterator[Flask]:
    """A shop with an empty database of its own, at the newest migration."""
    with psycopg.connect(config.database_url, autocommit=True) as connection:
        name = sql.Identifier(f"{connection.info.dbname}_{NAME}")
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        address = urlsplit(config.database_url)._replace(path=f"/{connection.info.dbname}_{NAME}")
        app = create_app(config.model_copy(update={"database_url": address.geturl()}))
        with app.app_context():
            flask_migrate.upgrade()
            yield app
            db.session.remove()
            db.engine.dispose()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def schema() -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(SCHEMA)]


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
def test_migrations_lead_to_what_the_models_say(migrated):
    flask_migrate.check()


def test_every_migration_goes_back(migrated):
    newest = schema()
    flask_migrate.downgrade(revision="base")
    assert [row for row in schema() if row[0] != "alembic_version"] == []
    flask_migrate.upgrade()
    assert schema() == newest


def test_books_that_were_there_before_the_search_are_indexed(migrated):
    flask_migrate.downgrade(revision="0006")
    with db.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO books (sku, slug, title, language, format, age_mark, list_price)"
            " SELECT n::text, 'tide', 'Tide', 'en', 'pocket', 0, 1 FROM generate_series(1, 3) n"
        )
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        counted = "SELECT count(*) FROM book_documents WHERE lexemes @@ 'atide'"
        assert connection.exec_driver_sql(counted).scalar() == 3


PICTURE = """
INSERT INTO books (sku, slug, title, language, format, age_mark, list_price)
VALUES ('1', 'tide', 'Tide', 'en', 'pocket', 0, 1);
INSERT INTO images (book_id, key, media_type, width, height, alt, position, state, created_at)
SELECT id, 'ab/1.png', 'image/png', 1, 1, '', 0, 'ready', now() FROM books;
INSERT INTO outbox (topic, payload, dedupe_key, created_at, available_at)
VALUES ('image.unused_files', '{"keys": []}', 'unused', now(), now())
"""
MESSAGES = "SELECT topic, payload->>'store' FROM outbox ORDER BY id"
STATES = "SELECT state FROM images"


def test_pictures_of_before_have_their_sizes_made_anew_however_often(migrated):
    flask_migrate.downgrade(revision="0012")
    with db.engine.begin() as connection:
        connection.exec_driver_sql(PICTURE)
    unused, made = "image.unused_files", "image.renditions"
    for direction, store in ((flask_migrate.upgrade, "local"), (flask_migrate.downgrade, None)) * 2:
        direction(revision="0013" if store else "0012")
        with db.engine.connect() as connection:
            messages = connection.exec_driver_sql(MESSAGES).all()
            assert (messages[0], messages[-1]) == ((unused, store), (made, None))
            assert connection.exec_driver_sql(STATES).scalars().all() == ["pending"]


# Each column, and whether a row can be put in without a word about it.
COLUMNS = """
SELECT table_name, column_name, data_type,
       is_nullable = 'YES' OR column_default IS NOT NULL OR is_generated = 'ALWAYS'
           OR is_identity = 'YES'
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""
Columns = dict[tuple[str, str], tuple[str, bool]]
# Those before it came while no shop was open.
CHECKED_SINCE = "0022"


def columns(connection: Connection) -> Columns:
    found = connection.exec_driver_sql(COLUMNS).all()
    return {(table, column): (kind, optional) for table, column, kind, optional in found}


def taken_from_the_former_version(before: Columns, after: Columns) -> list[str]:
    """What code that knows `before` relies on, and `after` does not have."""
    tables = {table for table, _ in before}
    lost = [".".join(column) for column in before if column not in after]
    changed = [
        ".".join(column)
        for column, (kind, optional) in before.items()
        if column in after and (after[column][0] != kind or (optional and not after[column][1]))
    ]
    demanded = [
        ".".join(column)
        for column, (_, optional) in after.items()
        if column not in before and column[0] in tables and not optional
    ]
    return lost + changed + demanded


def test_a_migration_leaves_the_former_version_what_it_relies_on(migrated):
    """But for one that says by `contracts` since when nothing relies on what it takes away."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    newer = list(scripts.iterate_revisions("head", CHECKED_SINCE))[::-1]
    flask_migrate.downgrade(revision=CHECKED_SINCE)
    for script in newer:
        with db.engine.connect() as connection:
            before = columns(connection)
        flask_migrate.upgrade(revision=script.revision)
        with db.engine.connect() as connection:
            taken = taken_from_the_former_version(before, columns(connection))
        assert not taken or getattr(script.module, "contracts", ""), (script.path, taken)


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ("ALTER TABLE books DROP COLUMN pages", ["books.pages"]),
        ("ALTER TABLE books RENAME COLUMN pages TO leaves", ["books.pages"]),
        ("ALTER TABLE books ALTER COLUMN pages TYPE bigint", ["books.pages"]),
        ("ALTER TABLE books ALTER COLUMN pages SET NOT NULL", ["books.pages"]),
        ("ALTER TABLE books ADD COLUMN spine integer NOT NULL", ["books.spine"]),
        ("ALTER TABLE books ADD COLUMN spine integer NOT NULL DEFAULT 1", []),
        ("ALTER TABLE books ADD COLUMN spine integer", []),
        ("CREATE TABLE spines (id integer NOT NULL)", []),
        ("DROP TABLE settings", ["settings.key", "settings.value"]),
    ],
)
def test_what_a_migration_may_not_do_at_once_is_seen(app, change, taken):
    with app.app_context(), db.engine.connect() as connection:
        before = columns(connection)
        connection.exec_driver_sql(change)
        found = taken_from_the_former_version(before, columns(connection))
        assert found == taken or set(taken) < set(found)
        assert bool(found) is bool(taken)
        connection.rollback()


def test_a_release_waits_for_another_one_and_stands_in_nobodys_way(migrated):
    flask_migrate.downgrade(revision="0022")
    address = db.engine.url.render_as_string(hide_password=False)
    with psycopg.connect(address) as first:
        first.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        with meanwhile(migrated, flask_migrate.upgrade) as second:
            until_blocked(first)
            assert first.execute("SELECT version_num FROM alembic_version").fetchone() == ("0022",)
            first.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])
            second()
    assert services.health.state()["migrated"]
    flask_migrate.downgrade(revision="0022")
    with psycopg.connect(address) as reader:
        reader.execute("SELECT count(*) FROM merged_books")
        with meanwhile(migrated, flask_migrate.upgrade) as release:
            until_blocked(reader)
            # Others can use the table before the long query has ended.
            patient = "-c statement_timeout=30s"
            with psycopg.connect(address, options=patient) as another:
                another.execute("SELECT count(*) FROM merged_books")
            reader.rollback()
            release()
    assert services.health.state()["migrated"]


TRAIL = """
INSERT INTO audit_entries (at, entity, entity_id, action, before, after) VALUES
(now(), 'author', 1, 'change', '{"name": "A"}', '{"name": "B"}'),
(now(), 'book', 2, 'change', '{"pages": 1, "num_in_stock": 1}', '{"pages": 2}'),
(now(), 'stock_record', 2, 'recount', '{"num_in_stock": 1}', '{"num_in_stock": 2}')
"""


def test_what_the_trail_tells_of_is_called_as_it_was_again(migrated):
    def entities() -> list[str]:
        with db.engine.connect() as connection:
            names = "SELECT entity FROM audit_entries ORDER BY id"
            return list(connection.exec_driver_sql(names).scalars())

    flask_migrate.downgrade(revision="0019")
    with db.engine.begin() as connection:
        connection.exec_driver_sql(TRAIL)
    before = entities()
    flask_migrate.upgrade(revision="0020")
    assert entities() == ["contributor", "book", "book"]
    flask_migrate.downgrade(revision="0019")
    assert entities() == before


MERGED = """
INSERT INTO books (id, sku, slug, title, language, format, age_mark, list_price)
VALUES (1, '1', 'tide', 'Tide', 'en', 'pocket', 0, 1);
INSERT INTO merged_books (old_id, book_id) VALUES (2, 1);
INSERT INTO merged_names (kind, old_id, old_slug, new_id)
VALUES ('contributor', 2, 'b', 1), ('series', 3, 'c', 1);
INSERT INTO audit_entries (at, entity, entity_id, action, before, after) VALUES
(now(), 'book', 2, 'merge', '{"sku": "B"}', '{"merged_into": 1}'),
(now(), 'contributor', 2, 'merge', '{"name": "B", "name_en": "Bee"}', '{"merged_into": 1}'),
(now(), 'contributor', 2, 'merge', '{"merged": {"name": "A"}}', '{"name": "B"}')
"""


def test_doubles_of_before_are_called_what_the_trail_tells(migrated):
    flask_migrate.downgrade(revision="0021")
    with db.engine.begin() as connection:
        connection.exec_driver_sql(MERGED)
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        names = "SELECT old_name, old_name_en FROM merged_names ORDER BY old_id"
        assert connection.exec_driver_sql(names).all() == [("B", "Bee"), (None, None)]
        assert connection.exec_driver_sql("SELECT sku FROM merged_books").scalars().all() == ["B"]
