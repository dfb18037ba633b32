"""The configuration: what is missing or wrong names itself, what is secret does not."""

from __future__ import annotations

import pytest

from shop.config import YOOKASSA_API, Config, ConfigError, MediaStore

REQUIRED = {
    "DATABASE_URL": "postgresql://shop:database-password@db.example/shop",
    "REDIS_URL": "redis://:redis-password@cache.example/0",
    "SECRET_KEY": "signs-what-the-shop-gives-out",
    "PUBLIC_URL": "https://shop.example",
    "MEDIA_ROOT": "/srv/media",
    "MAIL_URL": "smtp://shop:mail-password@mail.example:587",
    "YOOKASSA_SHOP_ID": "506751",
    "YOOKASSA_SECRET_KEY": "live_yookassa-password",
}
SECRETS = (
    "database-password",
    "redis-password",
    "signs-what-the-shop-gives-out",
    "mail-password",
    "live_yookassa-password",
    "signed-what-is-still-about",
    "password-of-the-bucket",
)
BUCKET = {
    "S3_BUCKET": "pictures",
    "S3_ENDPOINT_URL": "https://s3.example",
    "S3_ACCESS_KEY_ID": "tenant:shop",
    "S3_SECRET_ACCESS_KEY": "password-of-the-bucket",
}


def config(**changes: str) -> Config:
    return Config.from_env(REQUIRED | changes)


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(ConfigError) as error:
        Config.from_env(environ)
    return str(error.value)


def test_what_is_required_is_enough_for_production():
    made = config()
    assert made.production
    assert made.yookassa_api_url == YOOKASSA_API
    assert made.default_locale == "en"


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("empty", [True, False])
def test_a_missing_variable_names_itself(name, empty):
    environ = REQUIRED | {name: ""}
    if not empty:
        del environ[name]
    text = refusal(environ)
    assert f"{name} is not set" in text
    assert text.count("is not set") == 1


def test_all_that_is_missing_is_named_at_once():
    text = refusal({})
    assert [name for name in REQUIRED if f"{name} is not set" in text] == list(REQUIRED)


def test_missing_and_wrong_are_told_together():
    text = refusal(REQUIRED | {"REDIS_URL": "", "TRUSTED_PROXIES": "many"})
    assert "REDIS_URL is not set" in text
    assert "TRUSTED_PROXIES: " in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENVIRONMENT", "staging"),
        ("DATABASE_URL", "mysql://shop:database-password@db.example/shop"),
        ("AMQP_URL", "redis://broker"),
        ("REDIS_URL", "redis+sentinel://a,b/shop?retry_on_timeout=1"),
        ("CACHE_REDIS_URL", "redis+cluster://a,b?max_connections=redis-password"),
        ("AMQP_URL", "amqp://nobody-with-no-word@broker"),
        ("CLOUDAMQP_URL", "amqp://shop:database-password/of-it@broker:5672/"),
        ("SECRET_KEY", "too-short"),
        ("SECRET_KEY_FALLBACKS", "too-short"),
        ("PUBLIC_URL", "shop.example"),
        ("DEFAULT_LOCALE", "de"),
        ("TRUSTED_PROXIES", "-1"),
        ("YOOKASSA_WEBHOOK_SENDERS", "everybody"),
        ("YOOKASSA_TIMEOUT", "0"),
        ("PAYMENT_WINDOW_MINUTES", "half an hour"),
        ("SHIPPING_VAT_CODE", "13"),
        ("READING_LIMIT", "now and then"),
        ("SEARCHING_LIMIT", "10 per fortnight"),
        ("MEDIA_STORE", "ftp"),
        ("SHARED_DISK", "perhaps"),
        ("S3_ENDPOINT_URL", "s3.example"),
        ("S3_PUBLIC_URL", "cdn.example"),
        ("S3_PATH_STYLE", "sometimes"),
        ("S3_LINK_SECONDS", "59"),
        ("S3_LINK_SECONDS", "86401"),
        ("S3_TIMEOUT", "0"),
        ("LOGIN_LIMIT", "0 per minute"),
        ("API_WRITING_LIMIT", "10 per second; often"),
    ],
)
def test_a_wrong_value_is_named_and_not_shown_where_it_may_be_secret(name, value):
    text = refusal(REQUIRED | {name: value})
    assert f"{name}: " in text
    assert not [secret for secret in (*SECRETS, "too-short") if secret in text]


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://a@b/c", "postgresql://a@b/c"),
        ("postgresql://a@b/c", "postgresql://a@b/c"),
        ("postgresql+psycopg://a@b/c", "postgresql+psycopg://a@b/c"),
        ("postgres://a@b/postgres://", "postgresql://a@b/postgres://"),
    ],
)
def test_the_address_that_hosts_hand_out_is_rewritten(given, used):
    assert config(DATABASE_URL=given).database_url == used


def test_secrets_are_not_shown():
    made = config(SECRET_KEY_FALLBACKS="signed-what-is-still-about", **BUCKET)
    shown = f"{made!r} {made}"
    assert "506751" in shown
    assert not [secret for secret in SECRETS if secret in shown]
    assert not [secret for secret in SECRETS if secret in refusal(REQUIRED | {"REDIS_URL": ""})]


def test_old_keys_are_a_list_without_empty_ones():
    made = config(SECRET_KEY_FALLBACKS="the-key-before-this-one, the-key-before-that-one,")
    assert made.secret_key_fallbacks == ("the-key-before-this-one", "the-key-before-that-one")


def test_senders_are_networks():
    made = config(YOOKASSA_WEBHOOK_SENDERS="127.0.0.1, 2001:db8::/32")
    assert [str(network) for network in made.yookassa_webhook_senders] == [
        "127.0.0.1/32",
        "2001:db8::/32",
    ]
    assert "185.71.76.0/27" in {str(network) for network in config().yookassa_webhook_senders}


def test_addresses_lose_the_slash_at_their_end():
    assert config(PUBLIC_URL="https://shop.example/").public_url == "https://shop.example"
    assert config(YOOKASSA_API_URL=f"{YOOKASSA_API}/").yookassa_api_url == YOOKASSA_API


DEVELOPMENT = {
    "YOOKASSA_API_URL": "http://127.0.0.1:5000/v3",
    "MAIL_URL": "file:var/mail",
    "PUBLIC_URL": "http://127.0.0.1:8000",
}


@pytest.mark.parametrize("name", DEVELOPMENT)
@pytest.mark.parametrize("environment", [{}, {"ENVIRONMENT": "production"}])
def test_production_refuses_the_parts_of_a_developers_machine(name, environment):
    text = refusal(REQUIRED | environment | {name: DEVELOPMENT[name]})
    assert f"{name} must " in text
    assert not [other for other in DEVELOPMENT if other != name and other in text]


@pytest.mark.parametrize(
    "url", ["https://sandbox.example/v3", "http://api.yookassa.ru/v3", "http://localhost/v3"]
)
def test_production_pays_nowhere_else(url):
    assert "YOOKASSA_API_URL must be" in refusal(REQUIRED | {"YOOKASSA_API_URL": url})


def test_production_names_all_that_it_refuses():
    text = refusal(REQUIRED | DEVELOPMENT)
    assert [name for name in DEVELOPMENT if f"{name} must " in text] == list(DEVELOPMENT)


@pytest.mark.parametrize("environment", ["development", "test"])
def test_a_developers_machine_takes_them(environment):
    made = config(**DEVELOPMENT, ENVIRONMENT=environment)
    assert not made.production
    assert made.yookassa_api_url == "http://127.0.0.1:5000/v3"


def without_folder(**changes: str) -> dict[str, str]:
    return {name: value for name, value in REQUIRED.items() if name != "MEDIA_ROOT"} | changes


def test_pictures_on_s3_need_no_folder():
    made = Config.from_env(without_folder(MEDIA_STORE="s3", **BUCKET))
    assert (made.media_store, made.media_root) == (MediaStore.S3, None)


def test_a_bucket_may_stand_beside_the_folder():
    made = config(**BUCKET)
    assert (made.media_store, made.s3_bucket) == (MediaStore.LOCAL, "pictures")


@pytest.mark.parametrize("name", BUCKET)
def test_a_bucket_that_cannot_be_reached_names_what_is_missing(name):
    text = refusal(without_folder(MEDIA_STORE="s3", **BUCKET) | {name: ""})
    assert f"{name} is not set" in text
    assert text.count("is not set") == 1


@pytest.mark.parametrize(("name", "value"), [("DYNO", "web.1"), ("SHARED_DISK", "false")])
def test_production_refuses_a_folder_that_web_and_worker_do_not_share(name, value):
    text = refusal(REQUIRED | {name: value})
    assert "MEDIA_STORE must be s3" in text
    assert name in text
    assert config(MEDIA_STORE="s3", **BUCKET, **{name: value}).production
    assert config(ENVIRONMENT="development", **{name: value}).media_root


@pytest.mark.parametrize(
    ("changes", "origin"),
    [
        ({}, ""),
        (BUCKET, "https://s3.example"),
        (BUCKET | {"S3_PATH_STYLE": "false"}, "https://pictures.s3.example"),
        (BUCKET | {"S3_PUBLIC_URL": "https://cdn.example/shop/"}, "https://cdn.example"),
    ],
)
def test_pages_know_where_pictures_come_from(changes, origin):
    assert config(**changes).picture_origin == origin


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("S3_ENDPOINT_URL", {"S3_ENDPOINT_URL": "http://s3.example"}),
        ("S3_PUBLIC_URL", {"S3_PUBLIC_URL": "http://cdn.example"}),
    ],
)
def test_no_browser_is_sent_from_a_safe_page_to_an_open_one(name, changes):
    assert f"{name} must start with https://" in refusal(REQUIRED | BUCKET | changes)


def test_what_only_the_shop_speaks_to_may_be_near_and_open():
    near = {"S3_ENDPOINT_URL": "http://s3.internal:9000", "S3_PUBLIC_URL": "https://cdn.example"}
    assert config(**BUCKET | near).production


@pytest.mark.parametrize(
    "url",
    [
        "rediss://:word@one.example:6380/2",
        "redis+sentinel://:word@one.example,two.example:26380/shop/3",
        "rediss+sentinel://one.example/shop?sentinel_password=word",
    ],
)
def test_redis_may_be_one_server_or_watched_by_sentinels(url):
    assert config(REDIS_URL=url, CART_REDIS_URL=url).redis_url == url


def test_carts_and_cache_may_be_on_a_cluster_and_jobs_may_not():
    cluster = "redis+cluster://:word@one.example:7000,two.example:7000"
    made = config(CART_REDIS_URL=cluster, CACHE_REDIS_URL=cluster)
    assert made.cart_redis_url == made.cache_redis_url == cluster
    text = refusal(REQUIRED | {"REDIS_URL": cluster})
    assert "REDIS_URL: cannot be a cluster" in text
    assert "CART_REDIS_URL" in text
    assert "word" not in text


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://cache.example", "must be a redis://, rediss:// or redis+sentinel:// address"),
        ("redis+ring://one.example", "must be a redis://"),
        ("redis+sentinel://one.example,two.example", "must name the service"),
    ],
)
def test_an_address_that_is_none_of_redis_is_refused(url, told):
    assert f"REDIS_URL: {told}" in refusal(REQUIRED | {"REDIS_URL": url})
