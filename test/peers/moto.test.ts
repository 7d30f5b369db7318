import { afterAll } from 'vitest'
import { awsDriver } from '#test/contract/aws-driver'
import { describeSecretsManager } from '#test/contract/secrets-manager'
import { startMoto } from './moto.ts'

const executable = process.env.MOTO_SERVER
if (!executable)
  throw new Error(
    'MOTO_SERVER is not set: install moto[server] with pip into a virtual environment, and give the path of its moto_server',
  )

const moto = await startMoto(executable)
afterAll(() => moto.stop())

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

/** Where moto differs from AWS's documentation, the test is skipped by name. */
const motoDriver = awsDriver(
  {
    permissions: 'moto gives Secrets Manager’s actions no resource, so a policy for some secrets allows none',
    'version-times': 'moto answers the present second as the CreatedDate of every version',
    'rotation-refusals': 'moto rotates without a rotation function, and while another version is pending',
  },
  async () => {
    await moto.reset()
    return {
      endpoint: moto.url,
      admin: credentials,
      bot: credentials,
      async denyOne() {
        throw new TypeError('moto denies nothing')
      },
      // Rotates at once, without a function.
      async makeRotatable() {},
      async finishRotations() {},
      async close() {},
    }
  },
)

describeSecretsManager('AWS Secrets Manager in moto', motoDriver)
