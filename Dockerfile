# The bot: small, without development dependencies, as a user without rights.   docker build -t rotation-bot .
# The bot with its sandbox, to try it:                                          docker build -t rotation-sandbox --target sandbox .
FROM node:24-bookworm-slim AS sandbox
WORKDIR /app
COPY package.json package-lock.json ./
COPY tools tools
# The image has Node already.
RUN npm ci --ignore-scripts && rm -rf node_modules/node-linux-* node_modules/.bin/node && npm cache clean --force
COPY . .
RUN mkdir data && chown node:node data
USER node
CMD ["node", "sandbox/main.ts"]

FROM node:24-bookworm-slim AS install
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:24-bookworm-slim AS bot
ENV NODE_ENV=production
WORKDIR /app
COPY --from=install /app/node_modules node_modules
COPY package.json manifest.yml LICENSE ./
COPY src src
COPY commands commands
COPY views views
COPY db db
COPY gate gate
# The root may be read-only: only a SQLite database is written, below /data.
RUN mkdir /data node_modules/.cache && chown node:node /data node_modules/.cache
VOLUME /data
USER node
# Without settings it only says what is missing: what was compiled for that shortens each start. Nobody can change it later.
RUN node src/main.ts || [ $? -eq 78 ]
USER root
RUN chown -R root:root node_modules/.cache
USER node
ENV DATABASE_URL=file:/data/rotation.db ROTATION_CONFIG=/etc/rotation/rotation.config.yml HTTP_HOST=0.0.0.0 HTTP_PORT=8080
EXPOSE 8080
HEALTHCHECK --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is PID 1: it gets SIGTERM, and ends within 10 s.
CMD ["node", "--max-semi-space-size=4", "--max-old-space-size=256", "src/main.ts"]
