import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Config } from '#config/config'
import { databaseRecords } from '#db/database-records'
import { isPostgresUrl } from '#db/dialect'
import { memoize } from '#domain/memoize'
import type { ChannelSeen, Diagnostics, DiagnosticsConfig } from '#domain/ports/diagnostics'
import type { KnownChannel } from '#domain/ports/known-channel'
import { NotReadable } from '#domain/tokens/secret'
import { githubRecords } from '#integrations/github/github-records'
import { githubTokenEndsAt } from '#integrations/github/token-expiry'
import { findChannel } from '#integrations/slack/find-channel'
import { slackNotices } from '#integrations/slack/notices'
import { slackRecords } from '#integrations/slack/records'
import { StartProblem } from '#integrations/slack/workspace'
import { exampleScreens } from '#read-models/example-screens'
import type { Clients } from './connect-systems.ts'

const MANIFEST = new URL('../../manifest.yml', import.meta.url)
const PACKAGE = new URL('../../package.json', import.meta.url)

/**
 * The ports of the health checks. Opened for each run, so that each run reads shared data once.
 *
 * @param othersConnected as the running bot knows
 */
export function openDiagnostics(config: Config, clients: Clients, othersConnected = false): Diagnostics {
  const { slack, github, target, logTarget, secrets, pager, pagerDirectory } = clients
  const { SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl } = config.env
  return {
    config: diagnosticsConfig(config),
    machine: {
      nodeVersion: process.version,
      nodeNeeded: readNodeNeeded(),
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? '',
    },
    readManifestScopes: async () => readManifestScopes(),
    slack: slackRecords(slack, {
      appToken,
      apiUrl,
      screens: () => exampleScreens(config, clients.clock.now()),
      readChannel: (known) => readChannel(clients, config.channel, known),
    }),
    othersConnected,
    repositoryRecords: githubRecords(github, target, config.workflows, logTarget.branch),
    repository: clients.repository,
    ci: clients.ci,
    tickets: clients.tickets,
    secrets: {
      readAll: memoize(() => secrets.readAll()),
      canReadValue: (name) => secrets.canReadValue(name),
    },
    credentials: {
      githubEndsAt: () => githubTokenEndsAt(github),
      secretsManagerEnd: () => secrets.ownCredential(),
    },
    telemetry: clients.telemetry,
    pager: { pages: pager !== null, directory: pagerDirectory },
    database: databaseRecords(config.database, config.backup.folder),
    now: clients.clock.now,
  }
}

const diagnosticsConfig = ({
  secrets,
  rotate,
  telemetry,
  backup,
  jira,
  ticket,
  people: { readers: _, github: __, ...people },
  ...rest
}: Config): DiagnosticsConfig => ({
  channel: rest.channel,
  people,
  repository: rest.repository,
  log: rest.log,
  signingKeys: {
    current: rest.signingKeys.current?.id ?? null,
    earlier: rest.signingKeys.earlier?.id ?? null,
  },
  workflows: rest.workflows,
  owners: rest.owners,
  timeZone: rest.cadence['time-zone'],
  rotatesWith: rotate.with,
  revoker: rest.revoke.by,
  environments: rest.environments,
  ticket: { name: ticket, inJira: jira !== null },
  secretsPrefix: secrets.prefix,
  telemetryQueries: telemetry.queries,
  backup: {
    folder: backup.folder,
    maxAgeHours: backup['max-age-hours'],
    isOfServer: isPostgresUrl(rest.database),
  },
})

async function readChannel(
  { slack }: Clients,
  configured: string,
  known: KnownChannel | null,
): Promise<ChannelSeen> {
  try {
    const { id, obstacle, outdated } = await findChannel(slack, configured, known ?? undefined)
    // The bot's id does not matter here.
    return { obstacle: obstacle ?? (await slackNotices(slack, id, '').findObstacle()), outdated }
  } catch (error) {
    if (!(error instanceof StartProblem)) throw error
    if (error.passing) throw new NotReadable(error.message, { cause: error })
    return { obstacle: error.message, outdated: null }
  }
}

const manifestSchema = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
})

function readManifestScopes(): string[] {
  try {
    return manifestSchema.parse(parse(readFileSync(MANIFEST, 'utf8'))).oauth_config.scopes.bot
  } catch (error) {
    throw new NotReadable(
      'manifest.yml beside the bot cannot be read, so the scopes that it needs are unknown',
      {
        cause: error,
      },
    )
  }
}

function readNodeNeeded(): number {
  const { engines } = z
    .object({ engines: z.object({ node: z.string() }) })
    .parse(JSON.parse(readFileSync(PACKAGE, 'utf8')))
  return Number(/\d+/.exec(engines.node)?.[0])
}
