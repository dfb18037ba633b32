"""A collector that did not take what it was sent is left alone for a while.

Each job sends its spans before its process ends, and waits for that: a collector that is away would
cost every mail and every capture its patience.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Sequence
from time import monotonic

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

REST_SECONDS = 30.0
MOMENT = struct.Struct("d")


class Resting(SpanExporter):
    """Hands on to `exporter`. When a rest ends is known to all processes that were forked of the
    one that made this, and to those to come: the memory is theirs in common, and so is the clock.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self.exporter = exporter
        self._until = mmap.mmap(-1, MOMENT.size)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if monotonic() < MOMENT.unpack_from(self._until)[0]:
            return SpanExportResult.FAILURE
        result = self.exporter.export(spans)
        if result is not SpanExportResult.SUCCESS:
            MOMENT.pack_into(self._until, 0, monotonic() + REST_SECONDS)
        return result

    def shutdown(self) -> None:
        self.exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self.exporter.force_flush(timeout_millis)
