import { expect, it } from 'vitest'
import { FAULTY_SECRETS } from '#sandbox/aws/faulty-secrets'
import { readBotPolicy } from '#sandbox/aws/policy'
import { CREDENTIALS } from '#sandbox/demo-users'
import { adminKey, startWorld } from '#test/sandbox/aws/test-world'
import { awsDriver, operationOf } from './aws-driver.ts'
import type { SecretsManagerDriver } from './driver.ts'
import { describeSecretsManager } from './secrets-manager.ts'

const secretAccessKey = CREDENTIALS.awsSecretAccessKey

/** The sandbox's AWS, with a movable clock and a switch that denies a secret. */
const sandboxDriver = awsDriver({}, async () => {
  const sandbox = await startWorld()
  return {
    endpoint: `${sandbox.url}/aws`,
    admin: { accessKeyId: adminKey, secretAccessKey },
    bot: { accessKeyId: CREDENTIALS.awsAccessKeyId, secretAccessKey },
    async denyOne() {
      sandbox.world.faults.set('secrets-access-denied', true)
      return FAULTY_SECRETS.denied
    },
    async finishRotations() {
      sandbox.advance(60_000)
    },
    close: () => sandbox.close(),
  }
})

/** The calls that the adapter made and was allowed, over all tests of the suite. */
const used = new Set<string>()
/** What it asked to have listed. */
const listed: string[] = []
const watched: SecretsManagerDriver = {
  ...sandboxDriver,
  async open() {
    const world = await sandboxDriver.open()
    return {
      ...world,
      async close() {
        const allowed = world.proxy.calls.filter((call) => !call.answer.includes('AccessDenied'))
        for (const call of allowed) used.add(`secretsmanager:${operationOf(call)}`)
        const lists = world.proxy.calls.filter((call) => operationOf(call) === 'ListSecrets')
        listed.push(...lists.map((call) => call.body))
        await world.close()
      },
    }
  },
}

describeSecretsManager('AWS Secrets Manager in the sandbox', watched)

// The sandbox denies whatever the policy lacks, so the passing suite shows that the policy grants enough.
it('is granted nothing in docs/aws-iam-policy.json that the suite did not need', () => {
  const allows = readBotPolicy().Statement.filter(({ Effect }) => Effect === 'Allow')
  // AWS: “RotateSecret”: the caller must also be allowed to invoke the rotation function.
  const implied = used.has('secretsmanager:RotateSecret') ? ['lambda:InvokeFunction'] : []
  expect(allows.flatMap(({ Action }) => Action).toSorted()).toEqual([...used, ...implied].toSorted())
})

// Without it every secret of the account would be sent, page by page.
it('asks AWS only for names that begin with the prefix', () => {
  expect(listed.length).toBeGreaterThan(0)
  for (const body of listed)
    expect(JSON.parse(body).Filters).toEqual([
      { Key: 'name', Values: [expect.stringMatching(/^flashfusion\//)] },
    ])
})
