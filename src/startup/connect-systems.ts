import { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import type { Config } from '#config/config'
import { resolveRegistry } from '#domain/tokens/resolve-registry'
import { createGithubClient, type GithubClient, type GithubTarget } from '#integrations/github/github'
import { githubActions } from '#integrations/github/github-actions'
import { githubRepository } from '#integrations/github/github-repository'
import { githubTickets } from '#integrations/github/github-tickets'
import { jiraTickets } from '#integrations/jira/jira-tickets'
import { pagerDuty, pagerDutyDirectory } from '#integrations/pagerduty/pagerduty'
import { prometheus } from '#integrations/prometheus/prometheus'
import { SLACK_TIMEOUT_MS, slackLogger } from '#integrations/slack/slack-client'
import { slackFiles } from '#integrations/slack/slack-files'
import { SECRETS_MANAGERS } from '#secrets/index'
import type { Clock, Context } from '#src/context'

/** The clients of every system that the config names. */
export interface Clients
  extends Pick<
    Context,
    | 'clock'
    | 'slack'
    | 'files'
    | 'secrets'
    | 'repository'
    | 'ci'
    | 'pager'
    | 'pagerDirectory'
    | 'tickets'
    | 'telemetry'
  > {
  github: GithubClient
  target: GithubTarget
  /** Of the rotation log. */
  logTarget: GithubTarget
}

/** Creates the clients of the bot and the doctor; makes no request. */
export function connectClients(config: Config, clock: Clock, log: Logger): Clients {
  const { SLACK_BOT_TOKEN, SLACK_API_URL, GITHUB_TOKEN, GITHUB_API_URL } = config.env
  const slack = new WebClient(SLACK_BOT_TOKEN, {
    ...(SLACK_API_URL ? { slackApiUrl: SLACK_API_URL } : {}),
    logger: slackLogger(log),
    timeout: SLACK_TIMEOUT_MS,
    // A call without an answer may have succeeded: the outbox checks that before it retries, the client does not.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  })
  const github = createGithubClient(GITHUB_TOKEN, GITHUB_API_URL, (message) => log.warn(message))
  const [owner = '', repo = ''] = config.repository.name.split('/')
  const target = { owner, repo, branch: config.repository.branch }
  const secrets = SECRETS_MANAGERS[config.secrets.manager].open(config.secrets, config.secretsEnv, clock.now)
  const logTarget = { ...target, branch: config.log.branch ?? target.branch }
  const repository = githubRepository(
    github,
    target,
    { ...config.repository, publicKey: config.log['public-key'] },
    { nameFault: secrets.nameFault, logBranch: logTarget.branch, keys: config.signingKeys },
  )
  return {
    clock,
    slack,
    files: slackFiles(slack, SLACK_BOT_TOKEN),
    github,
    target,
    logTarget,
    secrets,
    repository: {
      ...repository,
      readRegistry: async () => resolveRegistry(await repository.readRegistry(), secrets),
    },
    ci: githubActions(github, target, config.workflows),
    pager: pagerDuty(config.env),
    pagerDirectory: pagerDutyDirectory(config),
    tickets: config.jira
      ? jiraTickets(config.jira, config.ticket)
      : githubTickets(github, target, config.ticket),
    telemetry: config.env.PROMETHEUS_URL ? prometheus(config.env.PROMETHEUS_URL) : null,
  }
}
