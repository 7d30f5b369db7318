import { CREDENTIALS } from '#sandbox/demo-users'
import { changeState } from '../ci/issuer.ts'
import type { World } from '../world.ts'
import { addVersion, CURRENT } from './secret.ts'
import { ACCOUNT, createSecret, secretsOf } from './secrets.ts'
import { stableId } from './stable-id.ts'
import { setTags } from './tags.ts'
import { secretName, TOKENS } from './tokens.ts'

const DAY = 86_400_000
const CADENCE_DAYS = 30
/** The rotation function of every secret; none has a schedule. */
const ROTATION_FUNCTION = `arn:aws:lambda:${CREDENTIALS.awsRegion}:${ACCOUNT}:function:agents-rotate-token`

/** Age in days where it is not twelve: one token overdue, one in between. */
const AGE_DAYS: Record<string, number> = {
  [secretName('sandbox', 'orchestrator')]: 31,
  [secretName('staging', 'tool-runner')]: 20,
}
export const USUAL_AGE_DAYS = 12

export const ageInDays = (name: string) => AGE_DAYS[name] ?? USUAL_AGE_DAYS

/** Creates nine secrets, each with a current version and a previous, revoked one. */
export function seedSecrets(world: World): void {
  const now = world.clock.now().getTime()
  for (const token of TOKENS) seedSecret(world, token, now - ageInDays(token.secret) * DAY)
}

function seedSecret(world: World, token: (typeof TOKENS)[number], rotatedAt: number): void {
  const iso = (ms: number) => new Date(ms).toISOString()
  const secrets = secretsOf(world)
  const before = stableId(`${token.secret} previous`)
  const current = stableId(`${token.secret} current`)
  const madeAt = iso(rotatedAt - CADENCE_DAYS * DAY)
  const created = createSecret(
    secrets,
    {
      name: token.secret,
      description: `Capability token of the ${token.agent} in ${token.environment}`,
      tags: { owner: token.owner, env: token.environment, scope: token.agent },
      version: { id: before, value: { SecretString: `sandbox-token-${before}` } },
    },
    madeAt,
  )
  const value = { SecretString: `sandbox-token-${current}` }
  const rotated = addVersion(created, { id: current, value, labels: [CURRENT] }, iso(rotatedAt))
  const tags = {
    expiry: iso(rotatedAt + CADENCE_DAYS * DAY),
    version: current,
    'previous-revoke-by': iso(rotatedAt + DAY),
  }
  const rotation = { lambdaArn: ROTATION_FUNCTION, everyDays: null, running: null }
  secrets.save({ ...setTags(rotated, tags, iso(rotatedAt + DAY)), rotation })
  changeState(world, token.secret, before, { state: 'destroyed', at: iso(rotatedAt + DAY) })
}
