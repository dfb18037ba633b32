"""What others watch the shop by: numbers for Prometheus, traces, and reports of errors.

The lowest floor: whatever counts or traces something may import it, and it knows nothing of the
shop. OpenTelemetry and Sentry are loaded where the configuration names them (`outlets`).
"""
