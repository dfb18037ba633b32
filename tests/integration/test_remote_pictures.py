"""Pictures that are fetched from other servers: from whom, how much, how long."""

from __future__ import annotations

import ssl
from ipaddress import ip_address

import pytest

from shop.errors import Invalid
from shop.gateways.public_addresses import OpenInternet
from shop.gateways.remote_lines import resolve
from shop.gateways.remote_pictures import RemotePictures
from tests.far_server import MOST_BYTES, certificate, far_server
from tests.pictures import picture

NAME = "pictures.example"


class ThisMachineToo(OpenInternet):
    """As far as the shop may go, and 127.0.0.1 on any port; not the rest of this machine."""

    def port(self, port):
        return True

    def address(self, address):
        return str(address) == "127.0.0.1" or super().address(address)


def near(name, port):
    """Every name is one of this machine; addresses are what they are."""
    return ["127.0.0.1"] if name.endswith(".example") else resolve(name, port)


@pytest.fixture(scope="module")
def server():
    with far_server() as server:
        yield server


@pytest.fixture
def fetch(server):
    """The path of the far server, or another address, that is fetched."""

    def fetch(path, *, seconds=10, resolver=near, tls=None):
        url = path if path.startswith("http") else f"http://{NAME}:{server.server_port}/{path}"
        remote = RemotePictures(
            "https://shop.example",
            MOST_BYTES,
            seconds=seconds,
            reach=ThisMachineToo(),
            resolver=resolver,
            tls=tls,
        )
        return remote.fetch(url)

    return fetch


@pytest.fixture
def refused(fetch):
    """The sentence that an address is refused with."""

    def refused(path, **how):
        with pytest.raises(Invalid) as refusal:
            fetch(path, **how)
        return str(refusal.value.detail)

    return refused


def test_a_picture_is_fetched_and_the_other_server_told_who_asks(fetch, server):
    del server.seen[:]
    assert fetch("picture/of a book?size=1#top") == picture()
    [(path, headers)] = server.seen
    assert path == "/picture/of%20a%20book?size=1"
    assert headers["Host"] == f"{NAME}:{server.server_port}"
    assert headers["User-Agent"] == "Colophon (+https://shop.example)"
    assert headers["Accept-Encoding"] == "identity"
    assert "Cookie" not in headers


def test_redirects_are_followed_three_times(fetch, refused, server):
    assert fetch("to//picture/") == picture()
    assert fetch(f"to/http://{NAME}:{server.server_port}/to//picture/") == picture()
    del server.seen[:]
    assert "leads to another one" in refused("circle/0")
    assert len(server.seen) == 4


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("status/404", "answers 404"),
        ("status/403", "answers 403"),
        ("status/500", "answers 500"),
        ("status/304", "answers 304"),
        ("page/", "not a picture: it is text/html"),
        ("packed/", "packed"),
        ("half/", "does not answer as it should"),
        ("nonsense/", "does not answer as it should"),
        (f"claims/{MOST_BYTES + 1}", "larger than 1 MiB"),
        ("endless/", "larger than 1 MiB"),
        ("to/file:///etc/passwd", "not the address of a picture"),
        ("to/http://[", "does not answer as it should"),
        ("to/http://[::1]/picture/", "private network"),
        ("to/ftp://pictures.example/a.png", "not the address of a picture"),
    ],
)
def test_what_is_no_picture_is_refused(refused, path, sentence):
    assert sentence in refused(path)


@pytest.mark.parametrize("path", ["drip/", "headers/", "silence/", "to//drip/"])
def test_who_takes_too_long_is_left_whatever_comes_in_drips(refused, path):
    assert "took too long" in refused(path, seconds=0.3)


def test_a_name_server_that_is_silent_is_left(refused, server):
    def wait(name, port):
        server.ending.wait()
        return []

    assert "took too long" in refused("picture/", seconds=0.2, resolver=wait)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "not the address"),
        ("pictures", "not the address"),
        ("file:///etc/passwd", "not the address"),
        ("javascript:alert(1)", "not the address"),
        ("data:image/png;base64,AAAA", "not the address"),
        ("gopher://pictures.example/_", "not the address"),
        ("http://", "not the address"),
        ("http://pictures.example:99999/", "not the address"),
        ("http://anna:secret@pictures.example/", "a name and a password"),
        ("http://pictures.example:22/", "ports 80 and 443"),
        ("https://pictures.example:6379/", "ports 80 and 443"),
        ("http://no-such-name.invalid/", "no server of this name"),
        (f"http://{'a' * 70}.example/", "no server of this name"),
        ("http://localhost/", "private network"),
        ("http://127.0.0.1/", "private network"),
        ("http://2130706433/", "private network"),
        ("http://0x7f.1/", "private network"),
        ("http://017700000001/", "private network"),
        ("http://0/", "private network"),
        ("http://10.0.0.1/", "private network"),
        ("http://169.254.169.254/latest/meta-data/", "private network"),
        ("http://[::ffff:127.0.0.1]/", "private network"),
        ("http://[fe80::1%25lo]/", "private network"),
        ("http://１２７.0.0.1/", "not the address"),
    ],
)
def test_addresses_that_lead_astray_are_refused_and_nobody_is_called(address, sentence):
    with pytest.raises(Invalid) as refusal:
        RemotePictures("https://shop.example", MOST_BYTES).fetch(address)
    assert sentence in str(refusal.value.detail)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.0.1", "169.254.1.1",
        "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1",
        "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:8.8.8.8", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2001:10::1",
        "2002:7f00:1::", "2002:808:808::1", "3fff::1", "4000::1", "fc00::1", "fd12::1", "fe80::1",
        "fe80::1%lo", "fec0::1", "ff02::1", "ff0e::1",
    ],
)  # fmt: skip
def test_addresses_of_private_networks_are_out_of_reach(address):
    assert not OpenInternet().address(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a02:6b8::1"])
def test_addresses_of_the_open_internet_are_in_reach(address):
    assert OpenInternet().address(ip_address(address))


def test_a_name_with_one_private_address_among_others_is_refused(refused):
    resolver = lambda name, port: ["127.0.0.1", "10.0.0.7"]  # noqa: E731
    assert "private network" in refused("picture/", resolver=resolver)


def test_a_name_that_means_another_address_the_next_moment_is_asked_once(fetch, refused):
    answers = [["127.0.0.1"], ["10.0.0.7"]]
    resolver = lambda name, port: answers.pop(0)  # noqa: E731
    assert fetch("picture/", resolver=resolver) == picture()
    # A redirect to the same name asks anew, and checks anew.
    answers[:] = [["127.0.0.1"], ["10.0.0.7"]]
    assert "private network" in refused("to//picture/", resolver=resolver)


def test_the_next_address_of_a_name_is_tried_where_one_does_not_answer(fetch):
    assert fetch("picture/", resolver=lambda name, port: ["127.0.0.1"] * 2) == picture()


@pytest.fixture
def secure(tmp_path):
    """A server with a certificate for `NAME` and 127.0.0.1, and who trusts it."""
    path = certificate(tmp_path, NAME, "127.0.0.1")
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(path)
    with far_server(own) as server:
        yield server, ssl.create_default_context(cafile=str(path))


def test_a_certificate_is_checked_against_the_name(fetch, refused, secure):
    server, tls = secure
    place = f"{server.server_port}/picture/"
    assert fetch(f"https://{NAME}:{place}", tls=tls) == picture()
    assert fetch(f"https://127.0.0.1:{place}", tls=tls) == picture()
    assert "certificate" in refused(f"https://other.example:{place}", tls=tls)
    # Nobody but the test trusts it.
    assert "certificate" in refused(f"https://{NAME}:{place}")
    assert "does not answer as it should" in refused(f"http://{NAME}:{place}", tls=tls)
