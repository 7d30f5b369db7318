import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import type { World } from '../world.ts'
import { AwsError } from './aws-error.ts'
import { faultAnswer, isDenied } from './faulty-secrets.ts'
import { OPERATIONS } from './operations/index.ts'
import { accessDenied, identify, type Principal } from './principals.ts'
import { ARN_PREFIX, type Secrets, secretsOf } from './secrets.ts'

const TARGET = /^secretsmanager\.(\w+)$/

/**
 * AWS Secrets Manager over AWS JSON 1.1, for a client with `AWS_ENDPOINT_URL_SECRETS_MANAGER` set to its
 * mount point.
 */
export function createSecretsManager(world: World): { routes: Hono } {
  const routes = new Hono()
  routes.post('*', async (c) => {
    try {
      return answer(200, perform(world, c, await c.req.text()))
    } catch (error) {
      return answer(...errorAnswer(error))
    }
  })
  return { routes }
}

function perform(world: World, c: Context, text: string): object {
  const name = TARGET.exec(c.req.header('x-amz-target') ?? '')?.[1]
  if (name === undefined)
    throw new AwsError('UnknownOperationException', 'The X-Amz-Target header names no operation.')
  const principal = identify(c.req.header('authorization'))
  const body = parse(text)
  const secrets = secretsOf(world)
  const fault = faultAnswer(world)
  if (fault) throw fault
  authorize(world, secrets, principal, name, body)
  const run = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined
  if (!run) throw new AwsError('UnknownOperationException', `The sandbox does not know ${name}.`)
  return run({ world, secrets, principal, at: world.clock.now().toISOString() }, body)
}

/** @throws AwsError `AccessDeniedException` unless the caller's policy allows the operation */
function authorize(
  world: World,
  secrets: Secrets,
  principal: Principal,
  operation: string,
  body: Record<string, unknown>,
): void {
  const named = resourceOf(body)
  const secret = secrets.find(named)
  const resource = named === '*' || named.startsWith('arn:') ? named : `${ARN_PREFIX}${named}`
  const isOpened = operation === 'GetSecretValue' && world.faults.on('secrets-values-readable')
  const verdict = isOpened ? 'allowed' : principal.decide(operation, secret?.arn ?? resource)
  if (verdict !== 'allowed') throw accessDenied(principal, operation, named, verdict)
  if (principal.isBot && secret && isDenied(world, secret))
    throw accessDenied(principal, operation, named, 'unmentioned')
}

function parse(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  } catch {
    // Handled below, like JSON that is not an object.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.')
}

/** The resource in IAM's message: the secret as the caller named it. */
function resourceOf(body: Record<string, unknown>): string {
  const name = body.SecretId ?? body.Name
  return typeof name === 'string' ? name : '*'
}

function errorAnswer(error: unknown): [number, object] {
  if (error instanceof AwsError) return [error.status, { __type: error.code, Message: error.message }]
  console.error(error)
  return [500, { __type: 'InternalServiceError', Message: 'An error occurred on the server side.' }]
}

function answer(status: number, body: object): Response {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() }
  return new Response(JSON.stringify(body), { status, headers })
}
