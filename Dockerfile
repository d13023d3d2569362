# The API of Referral Pathways. Built from the pinned, hashed list of packages; runs as nobody in particular on a read-only root.
FROM python:3.11-slim-bookworm AS built
WORKDIR /build
RUN python -m venv /opt/pathways
COPY requirements.txt pyproject.toml README.md LICENSE ./
RUN /opt/pathways/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pathways pathways
COPY importers importers
COPY visualisations visualisations
COPY api api
COPY cli cli
RUN /opt/pathways/bin/pip install --no-cache-dir --no-deps --no-build-isolation . && /opt/pathways/bin/python -m compileall -q /opt/pathways

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin pathways && install -d -m 700 -o 10001 -g 10001 /var/lib/pathways
COPY --from=built /opt/pathways /opt/pathways
ENV PATH=/opt/pathways/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PATHWAYS_HOST=0.0.0.0 PATHWAYS_PORT=8000 PATHWAYS_HOME=/var/lib/pathways
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
ENTRYPOINT ["pathways"]
CMD ["serve", "--workers", "2"]
