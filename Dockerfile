# The shop: web, worker, clock and release are commands of this one image (Procfile has them).
FROM python:3.11-slim-bookworm AS packages
WORKDIR /packages
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --requirement requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PORT=8000
# MEDIA_ROOT of a shop that keeps its pictures in a folder: a volume belongs to whom its folder did.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin shop \
    && install --directory --owner=shop /media
WORKDIR /shop
COPY --from=packages /venv /venv
COPY gunicorn.conf.py wsgi.py ./
COPY shop ./shop
COPY jobs ./jobs
COPY migrations ./migrations
COPY templates ./templates
COPY static ./static
# Nobody writes here later: the static files are made ready, and modules compiled, once for all.
RUN python -m shop.web.assets && python -m compileall -q shop jobs migrations wsgi.py
USER 10001
EXPOSE 8000
# Of a web process; compose.yaml takes it away from the others.
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz', timeout=2)"]
CMD ["gunicorn", "wsgi:app"]
