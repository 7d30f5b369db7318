import { type ZodType, z } from 'zod'
import type { World } from '../../world.ts'
import { AwsError } from '../aws-error.ts'
import type { Principal } from '../principals.ts'
import type { Secret } from '../secret.ts'
import type { Secrets } from '../secrets.ts'

export interface Call {
  world: World
  secrets: Secrets
  principal: Principal
  /** The sandbox's time, ISO 8601. */
  at: string
}

export type Operation = (call: Call, body: unknown) => object

/** An operation whose request is validated before it runs. */
export function operation<T>(schema: ZodType<T>, handle: (call: Call, request: T) => object): Operation {
  return (call, body) => {
    const parsed = schema.safeParse(body)
    if (parsed.success) return handle(call, parsed.data)
    throw validationError(parsed.error.issues, body)
  }
}

function validationError(issues: readonly z.core.$ZodIssue[], body: unknown): AwsError {
  const sentences = issues.map((issue) => {
    const value = issue.path.reduce<unknown>((at, key) => (isRecord(at) ? at[String(key)] : undefined), body)
    const shown = value === undefined || value === null ? 'null' : `'${String(value)}'`
    return `Value ${shown} at '${memberName(issue.path)}' failed to satisfy constraint: ${constraint(issue, value)}`
  })
  const count = `${issues.length} validation error${issues.length === 1 ? '' : 's'} detected`
  return new AwsError('ValidationException', `${count}: ${sentences.join('; ')}`)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** `['Tags', 0, 'Key']` is `tags.1.member.key` in AWS's messages. */
const memberName = (path: readonly PropertyKey[]) =>
  path
    .map((key) =>
      typeof key === 'number' ? `${key + 1}.member` : String(key).replace(/^./, (c) => c.toLowerCase()),
    )
    .join('.')

function constraint(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined || value === null) return 'Member must not be null'
  const unit = typeof value === 'number' ? 'value' : 'length'
  if (issue.code === 'too_small') return `Member must have ${unit} greater than or equal to ${issue.minimum}`
  if (issue.code === 'too_big') return `Member must have ${unit} less than or equal to ${issue.maximum}`
  return issue.message
}

/** Request fields that several operations share, with the limits of the API reference. */
export const fields = {
  secretId: z.string().min(1).max(2048),
  maxResults: z.int().min(1).max(100).optional(),
  nextToken: z.string().min(1).max(4096).optional(),
  token: z.string().min(32).max(64).optional(),
  tags: z.array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256).optional() })),
  label: z.string().min(1).max(256),
  versionId: z.string().min(32).max(64),
  value: {
    SecretString: z.string().min(1).max(65_536).optional(),
    SecretBinary: z.base64().min(1).optional(),
  },
}

/** AWS JSON 1.1 writes times as seconds since 1970; undefined (omitted) for null. */
export const epochSeconds = (iso: string | null) => (iso === null ? undefined : Date.parse(iso) / 1000)

export const nameAndArn = (secret: Secret) => ({ ARN: secret.arn, Name: secret.name })
