"""What a search looks into: a document for each book, and the words of them all.

The database keeps both itself, by triggers in the transaction of the change, so that nothing can
write a book and forget them: neither a service nor an import nor a hand at psql.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The words of a text in their order, without case, accents and ё. Bodies like this one are bound
# when they are made: an index is built with a search_path that has no `public`.
WORDS_IN = r"""
CREATE FUNCTION words_in(value text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_remove(string_to_array(regexp_replace(
    translate(lower(unaccent(translate(value, '№', ' '))), 'ё', 'е'),
    '[^[:alnum:]]+', ' ', 'g'), ' '), '')
"""

# What an apostrophe joins, as a word: `obrien` of O'Brien, whose parts are words as well.
JOINED_IN = r"""
CREATE FUNCTION joined_in(value text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(
    SELECT replace(joined[1], '''', '')
    FROM regexp_matches(translate(lower(unaccent(value)), 'ё', 'е'),
                        '[[:alnum:]]+(?:''[[:alnum:]]+)+', 'g') AS joined
)
"""

# The root of a folded word, in the language of its letters; null for a stop word.
ROOT_OF = """
CREATE FUNCTION root_of(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (CASE WHEN word ~ '^[а-я]' THEN ts_lexize('pg_catalog.russian_stem', word)
                 ELSE ts_lexize('pg_catalog.english_stem', word) END)[1]
$$
"""

# How a folded word sounds, whichever alphabet and whichever of the many ways of transliteration
# it is written in: Достоевский, Dostoyevsky and Dostoevskij are `dostoevski`. Capitals stand for
# sounds that Latin needs more than one letter for.
SOUND_OF = r"""
CREATE FUNCTION sound_of(word text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    s text := word;
BEGIN
    IF s ~ '[а-яіїєґ]' THEN
        s := replace(replace(replace(replace(s, 'ж', 'zh'), 'ч', 'ch'), 'ш', 'sh'), 'щ', 'shch');
        s := replace(replace(replace(replace(s, 'я', 'ya'), 'ю', 'yu'), 'ц', 'ts'), 'х', 'kh');
        s := translate(s, 'абвгґдезиійїклмнопрстуфыэєьъ', 'abvggdeziiyiklmnoprstufyee');
    END IF;
    s := regexp_replace(s, 'tsch|tch', 'ch', 'g');
    s := regexp_replace(s, 'shch|shh|sch|sh', 'S', 'g');
    s := replace(replace(replace(replace(s, 'ch', 'C'), 'kh', 'h'), 'zh', 'Z'), 'ph', 'f');
    s := replace(replace(replace(replace(s, 'th', 't'), 'ck', 'k'), 'qu', 'kv'), 'x', 'ks');
    s := regexp_replace(s, 'ou|oo', 'u', 'g');
    s := regexp_replace(s, 'gu(?=[ei])', 'g', 'g');
    s := regexp_replace(s, 'ts|tz', 'T', 'g');
    s := regexp_replace(s, 'c(?=[eiy])', 's', 'g');
    s := regexp_replace(translate(s, 'cqwg', 'kkvh'), 'ff$', 'v');
    s := regexp_replace(s, '[yj]o', 'e', 'g');
    s := regexp_replace(s, '[iyj]+(?=[aeu])', '', 'g');
    s := regexp_replace(translate(s, 'yj', 'ii'), '(.)\1+', '\1', 'g');
    -- A last e is mute in Candide and in Tartuffe.
    s := regexp_replace(s, '(..)e$', '\1');
    RETURN CASE WHEN length(s) > 1 THEN s END;
END $$
"""

# A document has lexemes of these kinds, told by their first character:
#   =  the whole title, and what stands in it before a colon and the like, without an article
#   ~  the same without any stop words, where there are some
#   @  a whole name of an author, its words in alphabetical order, and the surname
#   a  a word of the title or of an author's name, exactly as it is
#   r  the root of such a word, where it is not the word itself
#   s  the root of a word of subtitle, series, or whoever else made the book
#   u  the root of a word of publisher or description
# So each degree of likeness is one question to the index, without a look at the document.
INDEX_BOOKS = r"""
CREATE FUNCTION index_books(ids integer[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    owners integer[];
    kinds "char"[];
    units integer[];
    words text[];
BEGIN
    -- Who changes one of these texts meanwhile is waited for: else neither would see the other's.
    PERFORM FROM books b WHERE b.id = ANY(ids) ORDER BY b.id FOR SHARE;
    PERFORM FROM contributors c
    WHERE c.id IN (SELECT contributor_id FROM book_contributors WHERE book_id = ANY(ids))
    ORDER BY c.id FOR SHARE;
    PERFORM FROM publishers p
    WHERE p.id IN (SELECT publisher_id FROM books b WHERE b.id = ANY(ids))
    ORDER BY p.id FOR SHARE;
    PERFORM FROM series s
    WHERE s.id IN (SELECT series_id FROM books b WHERE b.id = ANY(ids))
    ORDER BY s.id FOR SHARE;

    WITH texts AS MATERIALIZED (
        SELECT *, row_number() OVER ()::integer AS unit FROM texts_of_books(ids)
    )
    SELECT array_agg(t.book_id), array_agg(t.kind), array_agg(t.unit), array_agg(left(t.word, 100))
    INTO owners, kinds, units, words
    FROM (
        SELECT book_id, kind, unit, w.word FROM texts, unnest(words_in(value)) AS w(word)
        UNION ALL
        SELECT book_id, kind, NULL, w.word FROM texts, unnest(joined_in(value)) AS w(word)
        WHERE value ~ '[''’ʼ‘`´]'
    ) t;

    -- In order, so that two who add the same words wait for each other and never both.
    INSERT INTO search_words (word, root, sound, books, names)
    SELECT n.word, root_of(n.word), sound_of(n.word), n.books, n.names
    FROM (
        SELECT t.word,
               count(DISTINCT t.book_id) FILTER (WHERE t.kind IN ('t', 'n')) AS books,
               count(DISTINCT t.book_id) FILTER (WHERE t.kind = 'n') AS names
        FROM unnest(owners, kinds, words) AS t(book_id, kind, word)
        WHERE NOT EXISTS (SELECT FROM search_words known WHERE known.word = t.word)
        GROUP BY t.word
    ) n
    ORDER BY n.word
    ON CONFLICT DO NOTHING;

    INSERT INTO book_documents AS d (book_id, lexemes)
    SELECT ids.id, array_to_tsvector(coalesce(l.lexemes, '{}'::text[]))
    FROM unnest(ids) AS ids(id)
    JOIN books ON books.id = ids.id
    LEFT JOIN (
        WITH known AS MATERIALIZED (
            SELECT t.*, CASE WHEN w.word IS NULL THEN root_of(t.word) ELSE w.root END AS root
            FROM unnest(owners, kinds, units, words) WITH ORDINALITY
                 AS t(book_id, kind, unit, word, place)
            LEFT JOIN search_words w ON w.word = t.word
        ), lexemes(book_id, lexeme) AS (
            SELECT book_id, 'a' || word FROM known WHERE kind IN ('t', 'n')
            UNION ALL
            SELECT book_id,
                   CASE kind WHEN 's' THEN 's' WHEN 'u' THEN 'u' ELSE 'r' END || root
            FROM known WHERE kind IN ('s', 'u') AND root IS NOT NULL
               OR kind IN ('t', 'n') AND root <> word
            UNION ALL
            SELECT book_id, l.lexeme FROM (
                SELECT book_id, kind, array_agg(word ORDER BY place) AS line,
                       string_agg(word, ' ' ORDER BY word COLLATE "C") AS in_order,
                       array_agg(word ORDER BY place) FILTER (WHERE root IS NOT NULL) AS telling
                FROM known WHERE kind IN ('t', 'm', 'n', 'f') AND unit IS NOT NULL
                GROUP BY book_id, unit, kind
            ) w CROSS JOIN LATERAL unnest(CASE
                WHEN kind IN ('n', 'f') THEN ARRAY['@' || left(in_order, 200)]
                WHEN line = telling THEN ARRAY[whole_title(line)]
                ELSE ARRAY[whole_title(line), '~' || left(array_to_string(telling, ' '), 200)]
            END) AS l(lexeme) WHERE l.lexeme IS NOT NULL
        )
        SELECT book_id, array_agg(lexeme) AS lexemes FROM lexemes GROUP BY book_id
    ) l ON l.book_id = ids.id
    ORDER BY ids.id
    ON CONFLICT (book_id) DO UPDATE SET lexemes = excluded.lexemes
    WHERE d.lexemes IS DISTINCT FROM excluded.lexemes;
END $$
"""

WHOLE_TITLE = """
CREATE FUNCTION whole_title(words text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '=' || left(array_to_string(
        CASE WHEN words[1] IN ('the', 'a', 'an') AND cardinality(words) > 1 THEN words[2:]
             ELSE words END, ' '), 200)
$$
"""
# Each text of the books with its kind: t a title, m the main part of one, n an author's name,
# f a surname, s and u as above.
TEXTS = r"""
CREATE FUNCTION texts_of_books(ids integer[]) RETURNS TABLE (book_id integer, kind "char", value text)
LANGUAGE sql STABLE ROWS 1000 AS $$
    SELECT b.id, t.kind::"char", t.value
    FROM books b
    LEFT JOIN series s ON s.id = b.series_id
    LEFT JOIN publishers p ON p.id = b.publisher_id
    CROSS JOIN LATERAL (VALUES
        ('t', b.title),
        ('m', (regexp_match(b.title, '^(.+?)\s*(?:[:;([\n]|\.\s|,\s+(?:or|или|complete)\M|\s[/—–-]\s)', 'i'))[1]),
        ('s', b.subtitle),
        ('s', s.name),
        ('u', p.name),
        ('u', left(b.description, 20000))
    ) AS t(kind, value)
    WHERE b.id = ANY(ids) AND t.value <> ''
    UNION ALL
    SELECT c.book_id, t.kind::"char", t.value
    FROM book_contributors c
    JOIN contributors p ON p.id = c.contributor_id
    CROSS JOIN LATERAL (VALUES
        (CASE c.role WHEN 'author' THEN 'n' ELSE 's' END, p.name),
        (CASE c.role WHEN 'author' THEN 'n' ELSE 's' END, p.name_en),
        (CASE c.role WHEN 'author' THEN 'f' END, substring(p.sort_name from '^([^,]+),')),
        (CASE c.role WHEN 'author' THEN 'f' END, substring(p.name_en from '\S+$'))
    ) AS t(kind, value)
    WHERE c.book_id = ANY(ids) AND t.kind IS NOT NULL AND t.value <> ''
$$
"""

# How many books have each word, about: from at most a hundred thousand of them. Answers how many
# words were in other numbers of books than before.
RECOUNT = """
CREATE FUNCTION recount_words() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    step integer := 1 + (SELECT count(*) FROM book_documents) / 100000;
    changed integer;
BEGIN
    UPDATE search_words w
    SET books = coalesce(c.books, 0) * step, names = coalesce(c.names, 0) * step
    FROM search_words s LEFT JOIN (
        SELECT word, sum(books)::integer AS books, sum(names)::integer AS names
        FROM (
            SELECT substr(word, 2) AS word, ndoc AS books, 0 AS names
            FROM ts_stat('SELECT lexemes FROM book_documents WHERE mod(book_id, ' || step || ') = 0')
            WHERE left(word, 1) = 'a'
            UNION ALL
            SELECT n.word, 0, 1
            FROM book_contributors c JOIN contributors p ON p.id = c.contributor_id
            CROSS JOIN LATERAL unnest(words_in(concat_ws(' ', p.name, p.name_en))) AS n(word)
            WHERE c.role = 'author' AND mod(c.book_id, step) = 0
        ) t GROUP BY word
    ) c USING (word)
    -- Of some of the books it cannot be told that none has a word.
    WHERE w.word = s.word AND (step = 1 OR c.books > 0)
      AND (w.books, w.names)
          IS DISTINCT FROM (coalesce(c.books, 0) * step, coalesce(c.names, 0) * step);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$
"""

# What is suggested besides books is looked for in the row itself.
NAME_DOCUMENT = """
CREATE FUNCTION name_document(name text, other text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_tsvector(words_in(name || ' ' || coalesce(other, '')))
"""
NAMED = {"contributors": ("name", "name_en"), "categories": ("name", "name_ru")}

# Some of the books that answer to the first questions; not all are counted, as for a search.
# Without the setting the planner hopes to come upon some soon in the table as it lies.
SOME_BOOKS = """
CREATE FUNCTION some_books(questions tsquery[], most integer)
RETURNS TABLE (id integer, tier integer)
LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off AS $$
DECLARE
    missing integer := most;
    found_now integer;
BEGIN
    FOR place IN 1 .. cardinality(questions) LOOP
        RETURN QUERY SELECT d.book_id, place FROM book_documents d
            WHERE d.lexemes @@ questions[place] LIMIT missing;
        GET DIAGNOSTICS found_now = ROW_COUNT;
        missing := missing - found_now;
        EXIT WHEN missing <= 0;
    END LOOP;
END $$
"""

# The triggers: one call for all rows of a statement. `SET LOCAL shop.index_later = 'on'` puts
# them to rest for a load that calls index_books() itself.
TRIGGERS = {
    "books": {
        "insert": "SELECT id FROM fresh",
        "update": """SELECT n.id FROM fresh n JOIN stale o USING (id)
            WHERE (n.title, n.subtitle, n.description, n.publisher_id, n.series_id)
            IS DISTINCT FROM (o.title, o.subtitle, o.description, o.publisher_id, o.series_id)""",
    },
    "book_contributors": {
        "insert": "SELECT DISTINCT book_id FROM fresh",
        "update": "SELECT book_id FROM fresh UNION SELECT book_id FROM stale",
        "delete": "SELECT DISTINCT book_id FROM stale",
    },
    "contributors": {
        "update": """SELECT DISTINCT c.book_id FROM fresh n JOIN stale o USING (id)
            JOIN book_contributors c ON c.contributor_id = n.id
            WHERE (n.name, n.name_en, n.sort_name)
            IS DISTINCT FROM (o.name, o.name_en, o.sort_name)""",
    },
    "publishers": {
        "update": """SELECT b.id FROM fresh n JOIN stale o USING (id)
            JOIN books b ON b.publisher_id = n.id WHERE n.name <> o.name""",
    },
    "series": {
        "update": """SELECT b.id FROM fresh n JOIN stale o USING (id)
            JOIN books b ON b.series_id = n.id WHERE n.name <> o.name""",
    },
}
TRANSITIONS = {
    "insert": "NEW TABLE AS fresh",
    "update": "OLD TABLE AS stale NEW TABLE AS fresh",
    "delete": "OLD TABLE AS stale",
}
# In the order in which one needs the other.
FUNCTIONS = {
    "words_in(text)": WORDS_IN,
    "joined_in(text)": JOINED_IN,
    "root_of(text)": ROOT_OF,
    "sound_of(text)": SOUND_OF,
    "whole_title(text[])": WHOLE_TITLE,
    "texts_of_books(integer[])": TEXTS,
    "index_books(integer[])": INDEX_BOOKS,
    "recount_words()": RECOUNT,
    "name_document(text, text)": NAME_DOCUMENT,
    "some_books(tsquery[], integer)": SOME_BOOKS,
}
# Of so many books at once: memory stays flat when a publisher of a hundred thousand is renamed.
BATCH = 5000
NEXT = "SELECT array(SELECT id FROM books WHERE id > :last ORDER BY id LIMIT :batch)"


def trigger(table: str, verb: str, changed: str) -> str:
    return f"""
CREATE FUNCTION index_{table}_{verb}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids integer[];
BEGIN
    IF current_setting('shop.index_later', true) = 'on' THEN
        RETURN NULL;
    END IF;
    ids := ARRAY({changed});
    FOR start IN 1 .. cardinality(ids) BY {BATCH} LOOP
        PERFORM index_books(ids[start : start + {BATCH - 1}]);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER index_{verb} AFTER {verb.upper()} ON {table}
REFERENCING {TRANSITIONS[verb]} FOR EACH STATEMENT EXECUTE FUNCTION index_{table}_{verb}();
"""


def index_all() -> None:
    connection = op.get_bind()
    last = 0
    while ids := connection.scalar(sa.text(NEXT), {"last": last, "batch": BATCH}):
        connection.execute(sa.text("SELECT index_books(:ids)"), {"ids": ids})
        last = ids[-1]


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "search_words",
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("root", sa.Text(collation="C"), nullable=True),
        sa.Column("sound", sa.Text(collation="C"), nullable=True),
        sa.Column("books", sa.Integer(), nullable=False),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_words")),
    )
    op.create_index(op.f("ix_search_words_root"), "search_words", ["root"])
    op.create_index(op.f("ix_search_words_sound"), "search_words", ["sound"])
    op.create_index(
        "ix_search_words_trigrams",
        "search_words",
        ["word", "sound"],
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops", "sound": "gin_trgm_ops"},
    )
    op.create_table(
        "book_documents",
        sa.Column("book_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lexemes", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_book_documents_book_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("book_id", name=op.f("pk_book_documents")),
    )
    op.create_index(
        "ix_book_documents_lexemes",
        "book_documents",
        ["lexemes"],
        postgresql_using="gin",
        # A list of entries to be put in later would be read by every search until then.
        postgresql_with={"fastupdate": "off"},
    )
    for function in FUNCTIONS.values():
        # Not op.execute, which takes [:alnum:] for a parameter.
        op.get_bind().exec_driver_sql(function)
    for table, columns in NAMED.items():
        document = sa.text(f"name_document({', '.join(columns)})")
        op.create_index(f"ix_{table}_document", table, [document], postgresql_using="gin")
    for table, verbs in TRIGGERS.items():
        for verb, changed in verbs.items():
            op.get_bind().exec_driver_sql(trigger(table, verb, changed))
    index_all()


def downgrade() -> None:
    for table in NAMED:
        op.drop_index(f"ix_{table}_document", table)
    for table, verbs in TRIGGERS.items():
        for verb in verbs:
            op.execute(f"DROP TRIGGER index_{verb} ON {table}")
            op.execute(f"DROP FUNCTION index_{table}_{verb}()")
    for function in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("book_documents")
    op.drop_table("search_words")
