# krsync in a container: see docs/running.md for what to mount and what breaks.
FROM node:20.20.2-bookworm-slim AS build
# For SQLite, where no prebuilt one fits.
RUN apt-get update \
  && apt-get install -y --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
# The headers that come with this Node: node-gyp would download them.
RUN npm_config_nodedir=/usr/local npm ci --no-audit --no-fund
COPY scripts scripts
COPY connectors connectors
COPY src src
# SQLite's sources and what its compilation left are not needed to run it.
RUN node scripts/build.mjs \
  && npm prune --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/src \
  && find node_modules/better-sqlite3/build/Release -mindepth 1 ! -name better_sqlite3.node -delete

FROM node:20.20.2-bookworm-slim
# tini passes signals on and reaps; git is for sources of kind git.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git tini \
  && rm -rf /var/lib/apt/lists/* \
  && mkdir /config /data \
  && chown node:node /data
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE CHANGELOG.md ./
COPY bin bin
COPY config config
COPY docs docs
# `krsync` anywhere: docker exec, and a CronJob's args. A clone made with umask 077 is read by no other user.
RUN ln -s /app/bin/krsync.js /usr/local/bin/krsync \
  && chmod -R a+rX package.json LICENSE CHANGELOG.md bin config docs \
  && chmod 755 bin/krsync.js
ENV NODE_ENV=production \
  KRSYNC_DATABASE=/data/krsync.db \
  HOME=/tmp
# The user `node` by number: Kubernetes checks runAsNonRoot by it.
USER 1000:1000
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8787/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "krsync", "--config", "/config"]
CMD ["serve", "--host", "0.0.0.0"]
