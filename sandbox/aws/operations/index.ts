import { deleteSecret, restoreSecret, rotateSecret } from './lifecycle.ts'
import type { Operation } from './operation.ts'
import { describeSecret, listSecrets, listSecretVersionIds } from './reading.ts'
import { batchGetSecretValue, getSecretValue } from './values.ts'
import {
  createSecret,
  putSecretValue,
  tagResource,
  untagResource,
  updateSecretVersionStage,
} from './writing.ts'

/** Supported operations by their name in `X-Amz-Target`. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ListSecrets: listSecrets,
  DescribeSecret: describeSecret,
  ListSecretVersionIds: listSecretVersionIds,
  CreateSecret: createSecret,
  PutSecretValue: putSecretValue,
  UpdateSecretVersionStage: updateSecretVersionStage,
  TagResource: tagResource,
  UntagResource: untagResource,
  DeleteSecret: deleteSecret,
  RestoreSecret: restoreSecret,
  RotateSecret: rotateSecret,
  GetSecretValue: getSecretValue,
  BatchGetSecretValue: batchGetSecretValue,
}
