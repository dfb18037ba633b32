"""What a collector that is away costs: one try now and then, and not one for each job."""

import os

from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from shop.observing import resting
from shop.observing.resting import Resting

TAKEN, REFUSED = SpanExportResult.SUCCESS, SpanExportResult.FAILURE


class Collector(SpanExporter):
    def __init__(self, answer):
        self.answer = answer
        self.asked = 0

    def export(self, spans):
        self.asked += 1
        return self.answer


def test_who_took_what_it_was_sent_is_sent_more():
    collector = Collector(TAKEN)
    exporter = Resting(collector)
    assert [exporter.export([]) for _ in range(3)] == [TAKEN] * 3
    assert collector.asked == 3


def test_one_that_is_away_is_left_alone_by_all_jobs(monkeypatch):
    now = 1000.0
    monkeypatch.setattr(resting, "monotonic", lambda: now)
    collector = Collector(REFUSED)
    exporter = Resting(collector)
    # A job has a process of its own, which finds out for those after it.
    child = os.fork()
    if child == 0:
        exporter.export([])
        os._exit(collector.asked)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert exporter.export([]) is REFUSED
    assert collector.asked == 0
    now += resting.REST_SECONDS
    collector.answer = TAKEN
    assert exporter.export([]) is TAKEN
    assert exporter.export([]) is TAKEN
    assert collector.asked == 2
