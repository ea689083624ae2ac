# The same verbs as on a workstation: install from the lock file, then simimo.
FROM python:3.11-slim

RUN useradd --create-home --uid 10001 simimo
WORKDIR /srv/simimo
COPY requirements.lock ./
RUN python -m pip install --no-cache-dir --upgrade "pip>=24.2" \
    && python -m pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY warehouse warehouse
COPY api api
COPY expectations expectations
COPY dbt_project dbt_project
COPY migrations migrations
RUN python -m pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && mkdir /var/lib/simimo \
    && chown -R simimo:simimo /srv/simimo /var/lib/simimo

USER simimo
ENV SIMIMO_HOME=/var/lib/simimo
EXPOSE 8000
ENTRYPOINT ["simimo"]
CMD ["serve", "--host", "0.0.0.0"]
