"""Traces by OpenTelemetry, sent as OTLP over HTTP. Imported where they are wanted (`outlets`).

A trace begins with a request or a job; what else the processes do, polling above all, makes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from flask import Flask
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import Attributes
from sqlalchemy import Engine

from shop.observing.discretion import Discreet
from shop.observing.resting import Resting
from shop.observing.tracing import Tracing

# Seconds for one sending, its repeats included. A job waits for it at its end.
PATIENCE = 2
# Asked again and again by machines.
UNTRACED = "/healthz,/readyz,/metrics"


class BegunByWork(Sampler):
    """Of what has no parent, only requests and jobs; the rest is as `chosen` says."""

    def __init__(self, chosen: Sampler) -> None:
        self.chosen = chosen

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        parent = trace.get_current_span(parent_context).get_span_context()
        if not parent.is_valid and kind not in (SpanKind.SERVER, SpanKind.CONSUMER):
            return SamplingResult(Decision.DROP)
        return self.chosen.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    def get_description(self) -> str:
        return f"BegunByWork({self.chosen.get_description()})"


class OpenTelemetry(Tracing):
    def __init__(self, provider: TracerProvider) -> None:
        self.provider = provider
        self.tracer = provider.get_tracer("shop")

    def watch(self, app: Flask, engines: Iterable[Engine]) -> None:
        FlaskInstrumentor().instrument_app(  # type: ignore[no-untyped-call]
            app,
            tracer_provider=self.provider,
            excluded_urls=UNTRACED,
            enable_commenter=False,
        )
        SQLAlchemyInstrumentor().instrument(
            engines=list(engines),
            tracer_provider=self.provider,
            enable_commenter=False,
            # It says that it is for versions before 2.1; the events that it listens to are the
            # same there, and a test sees the spans.
            skip_dep_check=True,
        )

    def trace_id(self) -> str | None:
        context = trace.get_current_span().get_span_context()
        return trace.format_trace_id(context.trace_id) if context.is_valid else None

    def carried(self) -> dict[str, str]:
        carrier: dict[str, str] = {}
        propagate.inject(carrier)
        return carrier

    def job(self, task: str, carried: Mapping[str, object]) -> AbstractContextManager[None]:
        return self._job(task, carried)

    @contextmanager
    def _job(self, task: str, carried: Mapping[str, object]) -> Iterator[None]:
        context = propagate.extract({key: str(value) for key, value in carried.items()})
        with self.tracer.start_as_current_span(task, context, SpanKind.CONSUMER):
            yield

    def flush(self) -> None:
        self.provider.force_flush()


def opened(endpoint: str, service: str, release: str) -> OpenTelemetry:
    """Everything that speaks to others is traced from now on.

    `endpoint` is OTEL_EXPORTER_OTLP_ENDPOINT, to which the path is added; the SDK itself reads
    headers (OTEL_EXPORTER_OTLP_HEADERS), the sampler (OTEL_TRACES_SAMPLER) and the rest.
    """
    named = {SERVICE_NAME: service, **({SERVICE_VERSION: release} if release else {})}
    provider = TracerProvider(resource=Resource.create(named))
    provider.sampler = BegunByWork(provider.sampler)
    exporter = OTLPSpanExporter(f"{endpoint}/v1/traces", timeout=PATIENCE)
    # It begins anew in each process that is forked.
    provider.add_span_processor(BatchSpanProcessor(Discreet(Resting(exporter))))
    trace.set_tracer_provider(provider)
    # Baggage could carry anything, to YooKassa as well.
    propagate.set_global_textmap(TraceContextTextMapPropagator())
    RedisInstrumentor().instrument(tracer_provider=provider)
    RequestsInstrumentor().instrument(tracer_provider=provider)
    return OpenTelemetry(provider)
