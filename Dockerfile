# The API of Referral Pathways. Built from the pinned, hashed list of packages; runs as nobody in particular on a read-only root.
# The same commit gives the same files: SOURCE_DATE_EPOCH is their time, and compiled modules hold the hash of their source in place of a time.
# For the same image to the last byte pin the base too: --build-arg BASE=python:3.11-slim-bookworm@sha256:… (docker buildx imagetools inspect).
ARG BASE=python:3.11-slim-bookworm
FROM ${BASE} AS built
ARG SOURCE_DATE_EPOCH=0
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH} PIP_NO_CACHE_DIR=1 PIP_NO_COMPILE=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /build
RUN python -m venv /opt/pathways
COPY requirements.txt pyproject.toml README.md LICENSE ./
COPY LICENSES LICENSES
RUN /opt/pathways/bin/pip install --require-hashes -r requirements.txt
COPY pathways pathways
COPY importers importers
COPY visualisations visualisations
COPY api api
COPY cli cli
RUN /opt/pathways/bin/pip install --no-deps --no-build-isolation . \
 && /opt/pathways/bin/pip uninstall -q -y pip \
 && /opt/pathways/bin/python -m compileall -q --invalidation-mode checked-hash /opt/pathways/lib \
 && find /opt/pathways -exec touch -h -d "@${SOURCE_DATE_EPOCH}" {} +

FROM ${BASE}
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin pathways && install -d -m 700 -o 10001 -g 10001 /var/lib/pathways
COPY --from=built /opt/pathways /opt/pathways
ENV PATH=/opt/pathways/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PATHWAYS_HOST=0.0.0.0 PATHWAYS_PORT=8000 PATHWAYS_HOME=/var/lib/pathways
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
ENTRYPOINT ["pathways"]
CMD ["serve", "--workers", "2"]
