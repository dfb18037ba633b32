"""What a sandbox with a file still knows after a restart."""

from dev.yookassa_sandbox.testing import state, wait_until


def test_payments_keys_and_unsent_notifications_outlive_it(tmp_path, running, receiver, clock):
    file = str(tmp_path / "new" / "sandbox.db")
    settings = {"database": file, "webhook_url": receiver.url, "retry_after": (10,)}
    receiver.answers = [503]
    with running(**settings) as http:
        payment = http.create(key="k")
        http.press(payment)
        wait_until(lambda: state(http.sandbox)["webhooks"]["attempts"] == 1)

    clock.forward(seconds=10)
    with running(**settings) as http:
        told = receiver.wait_for(2)[1]
        assert told["object"]["id"] == payment["id"]
        assert http.create(key="k") == payment
        assert http.get(f"/payments/{payment['id']}").json()["status"] == "waiting_for_capture"
        assert state(http.sandbox)["done"] == {"create_payment": 1, "succeed": 1}


def test_one_in_memory_forgets(running):
    with running() as http:
        payment = http.create()
    with running() as http:
        assert http.get(f"/payments/{payment['id']}").status_code == 404


def test_a_stopped_one_lets_go_of_its_port(running, refuses):
    with running() as http:
        address = http.sandbox.url
        assert not refuses(address)
    assert refuses(address)
