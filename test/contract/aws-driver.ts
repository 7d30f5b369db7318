import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { awsSecretsManager } from '#secrets/aws'
import { type Answer, createRecordingProxy, type RecordedCall } from '#test/support/recording-proxy'
import { type SecretsManagerDriver, type SecretsWorld, VALUE } from './driver.ts'

export const PREFIX = 'flashfusion/'
const ROTATION_FUNCTION = 'arn:aws:lambda:eu-central-1:111122223333:function:rotate'

export const operationOf = ({ headers }: RecordedCall): string =>
  String(headers['x-amz-target']).replace('secretsmanager.', '')

const awsError = (status: number, __type: string, Message: string): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify({ __type, Message }),
})

/** The address of an AWS, and what only the sandbox or moto needs. */
export interface AwsStandIn {
  /** Address of its endpoint, such as `http://127.0.0.1:3210/aws`. */
  endpoint: string
  /** The administrator's key. */
  admin: { accessKeyId: string; secretAccessKey: string }
  bot: { accessKeyId: string; secretAccessKey: string }
  denyOne: SecretsWorld['denyOne']
  finishRotations: SecretsWorld['finishRotations']
  /** When it needs something other than the name of a rotation function. */
  makeRotatable?: SecretsWorld['makeRotatable']
  close(): Promise<void>
}

const REGION = 'eu-central-1'

/** A driver for anything that speaks AWS's API. */
export function awsDriver(
  cannot: SecretsManagerDriver['cannot'],
  start: () => Promise<AwsStandIn>,
): SecretsManagerDriver {
  return {
    prefix: PREFIX,
    cannot: {
      destroy: 'AWS destroys no version: one without labels is deprecated, and its issuer may still take it',
      ...cannot,
    },
    throttled: awsError(400, 'ThrottlingException', 'Rate exceeded'),
    listing: (names) => ({
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ SecretList: names.map((Name) => ({ Name })) }),
    }),
    readsValue: (call) => /GetSecretValue|GetRandomPassword/.test(operationOf(call)),
    open: async () => openWorld(await start()),
  }
}

async function openWorld(standIn: AwsStandIn): Promise<SecretsWorld> {
  const { origin, pathname } = new URL(standIn.endpoint)
  const proxy = await createRecordingProxy(origin)
  const behindProxy = (credentials: AwsStandIn['bot']): SecretsManagerClientConfig => ({
    region: REGION,
    endpoint: `${proxy.url}${pathname}`,
    credentials,
  })
  const admin = new SecretsManagerClient({
    region: REGION,
    endpoint: standIn.endpoint,
    credentials: standIn.admin,
  })
  const managerFor = (prefix: string) => awsSecretsManager(prefix, behindProxy(standIn.bot))
  return {
    manager: managerFor(PREFIX),
    managerFor,
    stranger: awsSecretsManager(
      PREFIX,
      behindProxy({ accessKeyId: 'NOBODYSACCESSKEY', secretAccessKey: 'nobody' }),
    ),
    proxy,
    ...preparing(admin),
    denyOne: standIn.denyOne,
    finishRotations: standIn.finishRotations,
    ...(standIn.makeRotatable && { makeRotatable: standIn.makeRotatable }),
    async close() {
      admin.destroy()
      await proxy.close()
      await standIn.close()
    },
  }
}

const asTags = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** The suite's changes to secrets, with the administrator's key. */
function preparing(
  admin: SecretsManagerClient,
): Pick<
  SecretsWorld,
  | 'createSecret'
  | 'tag'
  | 'addVersion'
  | 'promote'
  | 'withdraw'
  | 'destroy'
  | 'planDeletion'
  | 'remove'
  | 'makeRotatable'
> {
  /** The version that has a label now, which AWS requires when moving the label. */
  async function holderOf(SecretId: string, label: string): Promise<string | undefined> {
    const { VersionIdsToStages = {} } = await admin.send(new DescribeSecretCommand({ SecretId }))
    return Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes(label))?.[0]
  }

  async function unlabel(SecretId: string, VersionStage: string): Promise<void> {
    const RemoveFromVersionId = await holderOf(SecretId, VersionStage)
    if (RemoveFromVersionId)
      await admin.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, RemoveFromVersionId }))
  }

  return {
    async createSecret(Name, tags) {
      await admin.send(new CreateSecretCommand({ Name, Tags: asTags(tags) }))
    },
    async tag(SecretId, tags) {
      await admin.send(new TagResourceCommand({ SecretId, Tags: asTags(tags) }))
    },
    async addVersion(SecretId, { pending = false, binary = false } = {}) {
      const value = binary ? { SecretBinary: Buffer.from(VALUE) } : { SecretString: VALUE }
      const VersionStages = [pending ? 'AWSPENDING' : 'AWSCURRENT']
      const put = await admin.send(new PutSecretValueCommand({ SecretId, ...value, VersionStages }))
      return put.VersionId ?? ''
    },
    async promote(SecretId, MoveToVersionId) {
      const RemoveFromVersionId = await holderOf(SecretId, 'AWSCURRENT')
      await admin.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId,
          RemoveFromVersionId,
        }),
      )
      // AWSPENDING stays where it was: rotation functions often leave it there.
    },
    withdraw: (name) => unlabel(name, 'AWSPREVIOUS'),
    async destroy() {
      throw new TypeError('AWS destroys no version')
    },
    async planDeletion(SecretId) {
      await admin.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }))
    },
    async remove(SecretId) {
      await admin.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }))
    },
    async makeRotatable(SecretId) {
      const RotationRules = { AutomaticallyAfterDays: 30 }
      await admin.send(
        new RotateSecretCommand({
          SecretId,
          RotationLambdaARN: ROTATION_FUNCTION,
          RotationRules,
          RotateImmediately: false,
        }),
      )
    },
  }
}
