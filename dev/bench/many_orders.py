"""Three years of orders, as statements that each make all rows of one table.

First comes a plan, in tables of this transaction: who ordered when, what became of it, which
books. Everything else follows from the plan, so that totals, payments and stock agree.
"""

from __future__ import annotations

# Each gives the same shop again: random() begins where it is told to.
SEED = "SELECT setseed(0.1825)"

# Ten thousand familiar names are enough; addresses differ by a number.
NAMES = """
CREATE TEMP TABLE some_names ON COMMIT DROP AS
SELECT
    ARRAY['Анна', 'Иван', 'Мария', 'Пётр', 'Ольга', 'Дмитрий', 'Елена', 'Сергей', 'Татьяна',
          'Алексей', 'Mary', 'John', 'Alice', 'Peter'] AS first_names,
    ARRAY['Соколенко', 'Лебедь', 'Ковальчук', 'Дорош', 'Черных', 'Белых', 'Гончар', 'Мороз',
          'Седых', 'Долгих', 'Smith', 'Reed', 'Hill', 'Page'] AS last_names,
    ARRAY['Москва', 'Санкт-Петербург', 'Казань', 'Новосибирск', 'Екатеринбург', 'Самара',
          'Омск', 'Пермь', 'Тверь', 'Калуга'] AS cities
"""

ACCOUNTS = """
INSERT INTO users (email, email_confirmed_at, password_hash, first_name, last_name, locale,
                   role_id, active, created_at)
SELECT 'reader-' || n || '@example.org', made, '!',
       first_names[1 + n % 14], last_names[1 + n / 14 % 14],
       CASE WHEN n % 14 < 10 THEN 'ru' ELSE 'en' END,
       (SELECT id FROM roles WHERE code = 'customer'), true, made
FROM some_names, generate_series(1, CAST(:accounts AS int)) AS n,
     LATERAL (SELECT now() - interval '3 years' * (1 - n / :accounts ::float)) AS at (made)
"""

# Which books sell most is decided by `place`, and has nothing to do with when they came.
WARES = """
CREATE TEMP TABLE wares ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY hashint4(books.id)) - 1 AS place,
       books.id AS book_id, books.title, books.isbn, books.price, books.vat_code,
       coalesce((
           SELECT left(string_agg(contributors.name, ', ' ORDER BY position), 500)
           FROM book_contributors JOIN contributors ON contributors.id = contributor_id
           WHERE book_contributors.book_id = books.id AND role = 'author'), '') AS authors
FROM books
"""

# The shop grows, is open at night and busier by day; `fate` decides what becomes of an order.
PLANNED = """
CREATE TEMP TABLE planned ON COMMIT DROP AS
SELECT n, placed_at, fate, at_work,
       CASE WHEN random() < 0.7 THEN 1 + floor(:accounts * random() ^ 1.5)::int END AS reader,
       1 + floor(4 * random() ^ 1.4)::int AS way,
       least(1 + floor(-2.1 * ln(1 - random()))::int, 5) AS titles,
       CASE
           WHEN placed_at > now() - interval '30 minutes' THEN 'pending_payment'
           WHEN fate < 0.08 THEN 'cancelled'
           WHEN fate < 0.10 AND placed_at < now() - interval '1 day' THEN 'refunded'
           WHEN placed_at > now() - interval '1 hour' * (6 + 24 * at_work) THEN 'paid'
           WHEN placed_at > now() - interval '1 hour' * (30 + 24 * at_work) THEN 'packing'
           WHEN placed_at > now() - interval '1 hour' * (97 + 95 * at_work) THEN 'shipped'
           WHEN fate < 0.12 AND placed_at < now() - interval '8 days' THEN 'returned'
           ELSE 'delivered'
       END AS becomes
FROM (
    SELECT n, random() AS fate, random() AS at_work,
           now() - interval '3 years' * (1 - (n / :orders ::float) ^ 0.8)
               - interval '1 second' * floor(600 * random()) AS placed_at
    FROM generate_series(1, CAST(:orders AS int)) AS n
) AS moments
"""

# The titles of an order come from five parts of the catalogue, so that no two are the same.
BOUGHT = """
CREATE TEMP TABLE bought ON COMMIT DROP AS
SELECT picked.n, picked.nth, wares.book_id, wares.title, wares.isbn, wares.authors, wares.price,
       wares.vat_code, picked.quantity
FROM (
    SELECT n, nth,
           least(5 * floor(size / 5 * random() ^ 2.5)::int + nth, size - 1) AS place,
           CASE WHEN random() < 0.92 THEN 1 WHEN random() < 0.8 THEN 2 ELSE 3 END AS quantity
    FROM planned, generate_series(0, titles - 1) AS nth,
         (SELECT count(*)::int FROM wares) AS s (size)
) AS picked JOIN wares USING (place)
"""

ORDERS = """
INSERT INTO orders (id, number, placement_key, user_id, state, locale, email, phone, full_name,
                    shipping_code, shipping_name, needs_address, city, street, postal_code,
                    comment, consent_version, consent_at, currency, items_total, shipping_total,
                    total, placed_at, updated_at, expires_at, paid_at, version)
SELECT n,
       (SELECT left(letters, 4) || '-' || right(letters, 4) FROM (
           SELECT string_agg(substr(:alphabet, 1 + (spelling / (30 ^ k)::bigint % 30)::int, 1), '')
           FROM generate_series(0, 7) AS k) AS spelt (letters)),
       'large-shop-' || n, users.id, CASE becomes WHEN 'refunded' THEN 'cancelled' ELSE becomes END,
       CASE WHEN who % 14 < 10 THEN 'ru' ELSE 'en' END,
       coalesce(users.email, 'guest-' || n || '@example.net'),
       '+7900' || lpad((n % 10000000)::text, 7, '0'),
       coalesce(users.first_name || ' ' || users.last_name,
                first_names[1 + who % 14] || ' ' || last_names[1 + who / 14 % 14]),
       way.code, coalesce(way.name_ru, way.name), way.needs_address,
       CASE WHEN way.needs_address THEN cities[1 + who % 10] ELSE '' END,
       CASE WHEN way.needs_address THEN 'Садовая улица, ' || who % 200 + 1 ELSE '' END,
       CASE WHEN way.needs_address THEN (101000 + who % 90000)::text ELSE '' END,
       '', :consent, placed_at, 'RUB', items, shipping, items + shipping, placed_at,
       CASE becomes
           WHEN 'pending_payment' THEN placed_at
           WHEN 'cancelled' THEN placed_at + interval '30 minutes'
           WHEN 'refunded' THEN placed_at + interval '20 hours'
           WHEN 'paid' THEN placed_at + interval '9 minutes'
           WHEN 'packing' THEN placed_at + interval '5 hours'
           WHEN 'shipped' THEN placed_at + interval '1 day'
           WHEN 'delivered' THEN placed_at + interval '4 days'
           WHEN 'returned' THEN placed_at + interval '8 days'
       END,
       placed_at + interval '30 minutes',
       CASE WHEN becomes NOT IN ('pending_payment', 'cancelled')
            THEN placed_at + interval '9 minutes' END,
       1
FROM planned
JOIN (SELECT n, sum(price * quantity) AS items FROM bought GROUP BY n) AS sums USING (n)
JOIN (SELECT *, row_number() OVER (ORDER BY position, id) AS nth, count(*) OVER () AS ways
      FROM shipping_methods WHERE active) AS way
  ON way.nth = least(planned.way, way.ways)
LEFT JOIN users ON users.email = 'reader-' || planned.reader || '@example.org'
CROSS JOIN some_names
CROSS JOIN LATERAL (SELECT coalesce(planned.reader, n),
                           (n::bigint * 387420487 + 104729) % (30 ^ 8)::bigint,
                           CASE WHEN items >= way.free_from THEN 0 ELSE way.price END
                   ) AS more (who, spelling, shipping)
ORDER BY n
"""

LINES = """
INSERT INTO order_lines (order_id, book_id, title, isbn, authors, quantity, price, vat_code)
SELECT n, book_id, title, isbn, authors, quantity, price, vat_code FROM bought ORDER BY n, nth
"""

# One payment in twenty is tried twice; of those who did not pay, half had begun to.
PAYMENTS = """
INSERT INTO payments (order_id, status, amount, currency, idempotence_key, capture_key, cancel_key,
                      provider_payment_id, cancellation_party, cancellation_reason,
                      created_at, updated_at)
SELECT id, status, total, 'RUB', 'large-' || id || nth, 'large-capture-' || id || nth,
       'large-cancel-' || id || nth,
       -- A few calls were cut off, and nobody knows yet what became of them.
       CASE WHEN status = 'pending' AND id % 5 = 0 THEN NULL ELSE 'large-payment-' || id || nth END,
       CASE WHEN status = 'cancelled' THEN 'yoo_money' END,
       CASE WHEN status = 'cancelled' THEN 'insufficient_funds' END,
       placed_at + interval '1 minute' * nth, placed_at + interval '4 minutes' * nth
FROM (
    SELECT id, total, placed_at, 1 AS nth, 'cancelled' AS status
    FROM orders WHERE id % 20 = 0 AND state <> 'pending_payment'
    UNION ALL
    SELECT id, total, placed_at, 2,
           CASE WHEN state = 'pending_payment' THEN 'pending'
                WHEN paid_at IS NULL THEN 'cancelled' ELSE 'captured' END
    FROM orders
    WHERE paid_at IS NOT NULL OR id % 2 = 1 OR (state = 'pending_payment' AND id % 5 = 0)
) AS tries WHERE total > 0 ORDER BY id, nth
"""

# All of what is cancelled or sent back, and now and then a hundred roubles for a bent corner.
REFUNDS = """
INSERT INTO refunds (payment_id, status, amount, currency, reason, idempotence_key,
                     provider_refund_id, created_at, settled_at)
SELECT payments.id,
       CASE WHEN orders.id % 5000 = 0 THEN 'cancelled'
            WHEN orders.updated_at > now() - interval '1 day' AND orders.id % 10 = 0 THEN 'pending'
            ELSE 'succeeded' END,
       CASE WHEN orders.state IN ('cancelled', 'returned') THEN amount ELSE least(amount, 100) END,
       'RUB', orders.state, 'large-refund-' || payments.id,
       CASE WHEN orders.updated_at > now() - interval '1 day' AND orders.id % 10 = 0 THEN NULL
            ELSE 'large-refund-' || payments.id END,
       orders.updated_at,
       CASE WHEN orders.updated_at > now() - interval '1 day' AND orders.id % 10 = 0
                 AND orders.id % 5000 <> 0 THEN NULL ELSE orders.updated_at END
FROM payments JOIN orders ON orders.id = order_id
WHERE status = 'captured'
  AND (orders.state IN ('cancelled', 'returned')
       OR (orders.state = 'delivered' AND orders.id % 200 = 0))
ORDER BY payments.id
"""

EVENTS = """
INSERT INTO order_events (order_id, at, kind, from_state, to_state, actor, note)
SELECT id, orders.placed_at + after, kind, from_state, to_state,
       CASE WHEN kind IN ('placed', 'cancelled', 'returned') THEN 'customer'
            WHEN kind IN ('paid', 'expired') THEN 'shop' ELSE 'staff' END,
       CASE WHEN kind = 'shipped' THEN 'LS' || lpad(id::text, 9, '0') ELSE '' END
FROM orders JOIN planned ON planned.n = orders.id JOIN (VALUES
    (1, 'placed', NULL, 'pending_payment', interval '0',
     '{pending_payment,cancelled,refunded,paid,packing,shipped,delivered,returned}'::text[]),
    (2, 'expired', 'pending_payment', 'cancelled', interval '30 minutes', '{cancelled}'),
    (2, 'paid', 'pending_payment', 'paid', interval '9 minutes',
     '{refunded,paid,packing,shipped,delivered,returned}'),
    (3, 'cancelled', 'paid', 'cancelled', interval '20 hours', '{refunded}'),
    (3, 'packing', 'paid', 'packing', interval '5 hours', '{packing,shipped,delivered,returned}'),
    (4, 'shipped', 'packing', 'shipped', interval '1 day', '{shipped,delivered,returned}'),
    (5, 'delivered', 'shipped', 'delivered', interval '4 days', '{delivered,returned}'),
    (6, 'returned', 'delivered', 'returned', interval '8 days', '{returned}')
) AS steps (step, kind, from_state, to_state, after, lives) ON becomes = ANY(lives)
ORDER BY id, step
"""

SHIPMENTS = """
INSERT INTO shipments (order_id, carrier, tracking_number, shipped_at)
SELECT id, shipping_name, 'LS' || lpad(id::text, 9, '0'), placed_at + interval '1 day'
FROM orders WHERE state IN ('shipped', 'delivered', 'returned') ORDER BY id
"""

# What is promised to orders that have not left is on the shelves too.
STOCK = """
UPDATE stock_records
SET num_in_stock = num_in_stock + promised, num_allocated = num_allocated + promised
FROM (
    SELECT book_id, sum(quantity)::int AS promised
    FROM order_lines JOIN orders ON orders.id = order_id
    WHERE state IN ('pending_payment', 'paid', 'packing') GROUP BY book_id
) AS waiting
WHERE waiting.book_id = stock_records.book_id
"""

NEXT_ORDER = "SELECT setval('orders_id_seq', (SELECT max(id) FROM orders))"

STEPS: tuple[tuple[str, str], ...] = (
    ("seed", SEED),
    ("names", NAMES),
    ("accounts", ACCOUNTS),
    ("accounts by address", "ANALYZE users"),
    ("wares", WARES),
    ("planned orders", PLANNED),
    ("bought books", BOUGHT),
    ("plan", "ANALYZE wares, planned, bought"),
    ("orders", ORDERS),
    ("lines", LINES),
    ("payments", PAYMENTS),
    ("payments by order", "ANALYZE orders, payments"),
    ("refunds", REFUNDS),
    ("events", EVENTS),
    ("shipments", SHIPMENTS),
    ("stock", STOCK),
    ("next order", NEXT_ORDER),
)
