import { readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { COUNTED, DEFAULT_QUERIES, EXPECTATIONS } from '#domain/ports/telemetry'
import type { SigningKeys } from '#domain/rotation/log-keys'
import { registerFormats } from '#redaction/credentials/custom-formats'
import { errorText, registerSecrets } from '#redaction/error-text'
import { malformedSecrets, secretValues } from '#redaction/secret-variables'
import { SECRETS_MANAGERS, type Variables } from '#secrets/index'
import { cadence } from './cadence.ts'
import { credentials } from './credentials.ts'
import { environments } from './environments.ts'
import { quiet, reminders } from './reminders.ts'
import { revoke } from './revoke.ts'
import { readSigningKeys } from './signing-keys.ts'
import { freeze, windowProblems, windows } from './windows.ts'

const userOrGroup = z
  .string()
  .regex(/^[UWS][A-Z0-9]{5,}$/, 'must be a Slack user id (U…) or user group id (S…)')

// With an empty list no rotation could be carried out.
const people = (what: string) =>
  z
    .array(userOrGroup, { error: `must list the people who ${what}` })
    .min(1, `must name at least one person or group who ${what}`)

const pagerId = z
  .string()
  .regex(/^[A-Z0-9]+$/, 'must be an id as PagerDuty’s addresses have it, such as PABC123')

const path = z
  .string()
  .min(1)
  .regex(/^[^/].*$/, 'must be a path inside the repository, without a leading slash')

/** Part of a sentence that people confirm. */
const runbookText = z
  .string()
  .min(1)
  .max(200, 'must have at most 200 characters')
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'must be one line')

const secretsManager = z
  .enum(Object.keys(SECRETS_MANAGERS) as (keyof typeof SECRETS_MANAGERS)[])
  .default('aws')

const mount = z
  .string()
  .regex(/^[^/\s].*$/, 'must be the path of a secrets engine, without a leading slash')
  .default('secret')

const fileSchema = z.strictObject({
  channel: z
    .string()
    .regex(/^(#[\p{L}\p{N}_-]+|[CG][A-Z0-9]+)$/u, 'must be a #name or a channel id')
    .default('#flashfusion-ai'),
  people: z.strictObject({
    operators: people('may start and carry out rotations'),
    'devops-lead': people('sign as DevOps lead'),
    'ai-ops-owner': people('sign as AI Ops owner'),
    'on-call': userOrGroup.nullable().default(null),
    readers: z.enum(['members', 'everyone']).default('members'),
    /** Logins on GitHub by Slack id, for `sign-off.confirm`. */
    github: z
      .record(userOrGroup, z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/, 'must be a login on GitHub'))
      .default({}),
  }),
  'sign-off': z
    .strictObject({
      /** `github`: a signature counts after the approver commented its digest on the ticket. */
      confirm: z.enum(['slack', 'github']).default('slack'),
    })
    .prefault({}),
  environments,
  cadence,
  reminders,
  quiet,
  windows,
  freeze,
  owners: z.record(z.string().min(1), userOrGroup).default({}),
  secrets: z
    .strictObject({ manager: secretsManager, prefix: z.string().default('flashfusion/'), mount })
    .prefault({}),
  repository: z.strictObject({
    name: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be owner/name'),
    branch: z.string().min(1).default('main'),
    log: path.default('logs/agents/rotation-log.md'),
    registry: path.default('ops/capability-token-registry.yaml'),
  }),
  log: z
    .strictObject({
      /** Null for `repository.branch`. */
      branch: z.string().min(1).nullable().default(null),
      'public-key': path.default('ops/rotation-log-key.pem'),
    })
    .prefault({}),
  rotate: z
    .strictObject({
      with: z.enum(['ci', 'secrets-manager']).default('ci'),
      'deadline-minutes': z.int().min(1).max(1440).default(60),
    })
    .prefault({}),
  workflows: z
    .strictObject({
      rotate: z.string().default('agents-rotate-tokens.yml'),
      deploy: z.string().default('agents-orchestrate.yml'),
      smoke: z.string().default('agents-simulate.yml'),
      revoke: z.string().default('agents-revoke-tokens.yml'),
    })
    .prefault({}),
  revoke,
  smoke: z.strictObject({ command: runbookText.default('pnpm agents:simulate --suite smoke') }).prefault({}),
  escalation: z
    .strictObject({
      'check-failures': z.int().min(1).max(100).default(3),
      'check-minutes': z.int().min(0).max(1440).default(20),
      'sign-off-hours': z.int().min(1).max(720).default(24),
    })
    .prefault({}),
  pager: z
    .strictObject({
      'escalation-policy': pagerId.nullable().default(null),
      schedule: pagerId.nullable().default(null),
    })
    .refine((pager) => !pager['escalation-policy'] || !pager.schedule, {
      error: 'names an escalation policy and a schedule: take one of the two out',
    })
    .prefault({}),
  telemetry: z
    .strictObject({
      queries: z
        .array(
          z.strictObject({
            name: z.string().min(1).max(80),
            query: z.string().min(1),
            expect: z.enum(EXPECTATIONS),
            counts: z.enum(COUNTED).optional(),
          }),
        )
        .min(1, 'must ask for at least one thing')
        .default([...DEFAULT_QUERIES]),
    })
    .prefault({}),
  ticket: runbookText.default('OPS-DEVOPS-ROTATION'),
  credentials,
  backup: z
    .strictObject({
      folder: z.string().min(1).nullable().default(null),
      keep: z.int().min(1).max(1000).default(14),
      'max-age-hours': z.int().min(1).max(8760).default(26),
    })
    .prefault({}),
  checks: z
    .strictObject({
      'deadline-seconds': z.int().min(1).max(600).default(30),
      'max-age-minutes': z.int().min(1).max(1440).default(15),
      'expiry-grace-days': z.int().min(0).max(90).default(7),
    })
    .prefault({}),
})

const managerSchema = z.object({ secrets: z.object({ manager: secretsManager }).prefault({}) })

/** `rotation.config.yml` with its defaults filled in. */
export type FileConfig = z.output<typeof fileSchema>

const slackUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) address' })
const required = (what: string, prefix: string) =>
  z.string({ error: `is not set: ${what}` }).startsWith(prefix, `must begin with ${prefix}`)

const envSchema = z.object({
  SLACK_BOT_TOKEN: required('the bot token from “OAuth & Permissions” of the Slack app', 'xoxb-'),
  SLACK_APP_TOKEN: required('an app-level token with the scope connections:write', 'xapp-'),
  SLACK_API_URL: slackUrl.optional(),
  GITHUB_TOKEN: z
    .string({ error: 'is not set: a token that may write contents and start workflows' })
    .min(1, 'is empty'),
  GITHUB_API_URL: slackUrl.optional(),
  PAGERDUTY_ROUTING_KEY: z
    .string()
    .regex(/^[A-Za-z0-9]{32}$/, 'must be the 32 characters of an integration key (Events API v2)')
    .optional(),
  PAGERDUTY_EVENTS_URL: slackUrl.optional(),
  PAGERDUTY_API_TOKEN: z.string().min(1, 'is empty').optional(),
  PAGERDUTY_API_URL: slackUrl.optional(),
  JIRA_BASE_URL: slackUrl.optional(),
  JIRA_EMAIL: z.string().includes('@', 'must be the account’s e-mail address').optional(),
  JIRA_API_TOKEN: z.string().optional(),
  PROMETHEUS_URL: slackUrl.optional(),
  SANDBOX_CLOCK_URL: slackUrl.optional(),
  DATABASE_URL: z
    .string()
    .regex(/^(file:.|postgres(ql)?:\/\/)/, 'must be file:path.db or postgres://user@host/database')
    .default('file:data/rotation.db'),
  DATABASE_POOL_SIZE: z.coerce
    .number({ error: 'must be a number of connections' })
    .int()
    .min(2, 'must be at least 2')
    .max(100, 'must be at most 100')
    .optional(),
  ROTATION_CONFIG: z.string().min(1).default('rotation.config.yml'),
  HTTP_PORT: z.coerce.number({ error: 'must be a port number' }).int().min(0).max(65_535).optional(),
  HTTP_HOST: z.string().min(1).default('127.0.0.1'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  NODE_ENV: z.string().optional(),
})

export type Env = z.output<typeof envSchema>

export interface Config extends FileConfig {
  env: Env
  /** The variables of the configured secrets manager. */
  secretsEnv: Variables
  /** Path of the SQLite file, or the `postgres://` address. */
  database: string
  /** The account for tickets in Jira; null when tickets are issues of the repository. */
  jira: { baseUrl: string; email: string; token: string } | null
  /** The keys that seal the rows of the log. */
  signingKeys: SigningKeys
}

/** The environment or the config is wrong. `problems` has one line for each mistake. */
export class ConfigProblem extends Error {
  readonly problems: string[]

  constructor(problems: string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigProblem'
    this.problems = problems
  }
}

/**
 * Reads the environment and `rotation.config.yml`.
 *
 * @throws ConfigProblem with all problems of both
 */
export function readConfig(variables: Record<string, string | undefined>): Config {
  // Shells and compose files set unset variables to the empty string.
  registerSecrets(secretValues(variables))
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const env = envSchema.safeParse(set)
  const file = readFile(set.ROTATION_CONFIG ?? 'rotation.config.yml')
  const secrets = file.manager && SECRETS_MANAGERS[file.manager].env.safeParse(set)
  const problems = [env, secrets].flatMap((parsed) => (parsed?.error ? describe(parsed.error) : []))
  problems.push(...file.problems)
  if (env.data?.SANDBOX_CLOCK_URL && env.data.NODE_ENV === 'production')
    problems.push('SANDBOX_CLOCK_URL is set: it is for the sandbox only; unset it in production')
  const { keys: signingKeys, problems: keyProblems } = readSigningKeys(set)
  problems.push(...jiraProblems(set), ...malformedSecrets(set), ...keyProblems)
  if (file.data?.rotate.with === 'secrets-manager' && !SECRETS_MANAGERS[file.data.secrets.manager].rotates)
    problems.push(
      `rotate.with is secrets-manager, but ${file.data.secrets.manager} has no rotation of its own; set it to ci`,
    )
  if (file.data)
    problems.push(...confirmationProblems(file.data, env.data ? jiraOf(env.data) !== null : false))
  if (problems.length > 0 || !env.data || !file.data) throw new ConfigProblem(problems)
  registerFormats(file.data.credentials.patterns)
  return {
    ...file.data,
    env: env.data,
    jira: jiraOf(env.data),
    signingKeys,
    secretsEnv: secrets?.data ?? {},
    database: env.data.DATABASE_URL.replace(/^file:(\/\/)?/, ''),
  }
}

/** Each approver named in the config must be known on GitHub; the members of user groups are asked when they sign. */
function confirmationProblems({ people, 'sign-off': { confirm } }: FileConfig, inJira: boolean): string[] {
  if (confirm !== 'github') return []
  const unknown = [...new Set([...people['devops-lead'], ...people['ai-ops-owner']])].filter(
    (id) => !id.startsWith('S') && !Object.hasOwn(people.github, id),
  )
  return [
    ...(inJira
      ? [
          'sign-off.confirm is github, and the tickets are in Jira: set it to slack, or keep the ticket on GitHub',
        ]
      : []),
    ...unknown.map((id) => `people.github has no login for ${id}, who signs: sign-off.confirm is github`),
  ]
}

const JIRA = ['JIRA_BASE_URL', 'JIRA_EMAIL', 'JIRA_API_TOKEN'] as const

/** Jira needs all three variables. */
function jiraProblems(set: Record<string, string | undefined>): string[] {
  const given = JIRA.filter((name) => set[name] !== undefined)
  if (given.length === 0) return []
  const missing = JIRA.filter((name) => set[name] === undefined)
  return missing.map((name) => `${name} is not set: ${given.join(' and ')} needs it, for tickets in Jira`)
}

const jiraOf = ({ JIRA_BASE_URL: url, JIRA_EMAIL: email, JIRA_API_TOKEN: token }: Env): Config['jira'] =>
  url && email && token ? { baseUrl: url.replace(/\/+$/, ''), email, token } : null

interface FileRead {
  data?: FileConfig
  /** Also set when other settings are wrong, so that its missing variables are reported with them. */
  manager?: FileConfig['secrets']['manager'] | undefined
  problems: string[]
}

function readFile(path: string): FileRead {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const reason = errorText(error)
    const problems = [`${path} cannot be read (${reason}): ROTATION_CONFIG names the config file`]
    return { manager: secretsManager.parse(undefined), problems }
  }
  try {
    const content: unknown = parseYaml(text) ?? {}
    const parsed = fileSchema.safeParse(content)
    const manager = managerSchema.safeParse(content).data?.secrets.manager
    const problems = [...(parsed.error ? describe(parsed.error) : []), ...windowProblems(content)]
    return {
      ...(parsed.data && { data: parsed.data }),
      manager,
      problems: problems.map((problem) => `${path}: ${problem}`),
    }
  } catch (error) {
    return { problems: [`${path} is not YAML: ${errorText(error)}`] }
  }
}

function describe(error: z.ZodError): string[] {
  return error.issues.flatMap((issue) => {
    const at = issue.path.join('.')
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => `${[at, key].filter(Boolean).join('.')} is not a known setting`)
    return [`${at} ${issue.message}`]
  })
}
