import { TROUBLED } from '#sandbox/aws/troubled'
import { CREDENTIALS } from '#sandbox/cast'
import { adminKey, startWorld } from '#test/sandbox/aws/test-world'
import { awsDriver } from './aws-driver.ts'
import { describeSecretsManager } from './secrets-manager.ts'

const secretAccessKey = CREDENTIALS.awsSecretAccessKey

/** The sandbox's AWS, whose clock can be moved and which denies a secret by a switch. */
const sandboxDriver = awsDriver({}, async () => {
  const sandbox = await startWorld()
  return {
    endpoint: `${sandbox.url}/aws`,
    admin: { accessKeyId: adminKey, secretAccessKey },
    bot: { accessKeyId: CREDENTIALS.awsAccessKeyId, secretAccessKey },
    async denyOne() {
      sandbox.world.faults.set('secrets-access-denied', true)
      return TROUBLED.denied
    },
    async finishRotations() {
      sandbox.advance(60_000)
    },
    close: () => sandbox.close(),
  }
})

describeSecretsManager('AWS Secrets Manager in the sandbox', sandboxDriver)
