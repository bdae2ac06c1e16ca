# Convfold as a container: docker build -t convfold . && docker run -p 8000:8000 convfold
# docs/self-hosting.md explains how to host it for the public.

# The base image of all stages, pinned by tag and digest. --build-arg PYTHON=... selects another one.
ARG PYTHON=docker.io/library/python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b

# HEIC pictures need a library that contains x265 (GPL). --build-arg HEIC= builds an image without it (see NOTICE).
ARG HEIC=on

# The scripts and style sheets of the pages, made with the packages that package-lock.json pins.
FROM ${PYTHON} AS page
WORKDIR /page
COPY requirements-node.lock ./
RUN python -m venv --without-pip /opt/node \
    && python -m pip --python /opt/node/bin/python install --quiet --no-cache-dir --only-binary :all: \
        --require-hashes -r requirements-node.lock
COPY package.json package-lock.json ./
RUN /opt/node/bin/npm ci --omit=dev --ignore-scripts --no-audit --no-fund --no-update-notifier
COPY tools/page_files tools/page_files
COPY static static
RUN /opt/node/bin/node tools/page_files/build.mjs

# The packages of requirements.lock and the application. They are compiled here, because their folders are read-only later.
FROM ${PYTHON} AS server
ARG HEIC
WORKDIR /srv
COPY requirements.lock requirements-translations.lock ./
RUN python -m venv --without-pip /opt/venv \
    && python -m pip --python /opt/venv/bin/python install --quiet --no-cache-dir --only-binary :all: --no-compile \
        --require-hashes -r requirements.lock \
    && if [ -z "$HEIC" ]; then python -m pip --python /opt/venv/bin/python uninstall --quiet --yes pillow-heif; fi
# Babel compiles the translations here. It is not needed to read them.
RUN python -m venv --without-pip /opt/babel \
    && python -m pip --python /opt/babel/bin/python install --quiet --no-cache-dir --only-binary :all: \
        --require-hashes -r requirements-translations.lock
COPY LICENSE NOTICE ./
COPY app app
COPY static static
COPY templates templates
COPY tools/compile_translations.py tools/compile_translations.py
COPY --from=page /page/static/built static/built
# One sixth of the packages is not needed: their tests, and their files for test tools and compilers.
RUN find /opt/venv -depth \( -path '*/site-packages/*/tests' -o -path '*/numpy/f2py' -o -path '*/numpy/_core/include' \
        -o -path '*/numpy/testing' -o -path '*/onnx/backend' -o -path '*/onnx/reference' -o -name '_simd.*.so' -o -name '*.py[xi]' -o -name '*.pxd' -o -name '*.[ach]' \) \
        -exec rm -r {} + \
    && /opt/babel/bin/python tools/compile_translations.py app/locale/*/LC_MESSAGES/convfold.po \
    && find app/locale -type f ! -name '*.mo' -delete \
    && rm -r requirements.lock requirements-translations.lock tools \
    && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/venv/lib app \
    && mkdir /data

FROM ${PYTHON}
ARG HEIC
LABEL org.opencontainers.image.title="Convfold" \
      org.opencontainers.image.description="A picture through two convolution layers: every map, filter and number" \
      org.opencontainers.image.version="0.2.0" \
      org.opencontainers.image.licenses="MIT AND 0BSD AND Apache-2.0 AND BSD-2-Clause AND BSD-3-Clause AND CC0-1.0 AND GPL-3.0-or-later WITH GCC-exception-3.1 AND LGPL-2.1-or-later AND MIT-CMU AND PSF-2.0 AND Zlib${HEIC:+ AND LGPL-3.0-or-later AND GPL-2.0-or-later}" \
      org.opencontainers.image.base.name="docker.io/library/python:3.13.15-slim-trixie"
COPY --from=server /opt/venv /opt/venv
COPY --from=server /srv /srv
COPY --from=server --chown=10001:10001 /data /data
# Uploads are stored in TMPDIR while they arrive, downloads of a pass while they are sent. So it is on the volume,
# not in memory.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    TMPDIR=/data \
    OPENBLAS_NUM_THREADS=1
WORKDIR /srv
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "app", "--host", "0.0.0.0", "--port", "8000"]
