"""A stand-in for the YooKassa API v3, for developers and tests.

It speaks what the official Python SDK uses for payments and refunds, keeps its state in SQLite,
notifies the shop, and has a page where a person decides how a payment ends. Each rule cites the
public document it comes from; where there is none, the code says so.

Start it with ``python -m dev.yookassa_sandbox`` or, from Python, with
:class:`dev.yookassa_sandbox.server.RunningSandbox`; :mod:`dev.yookassa_sandbox.testing` has what
tests need besides.
"""
