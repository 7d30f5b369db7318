import type { NewJob } from '#domain/ports/outbox-job'
import { sha256 } from '#domain/rotation/evidence'
import type { CheckResult, Rotation } from '#domain/rotation/rotation'
import { signOffRecord } from '#domain/rotation/sign-off-digest'
import { signOffRecordJob } from '#outbox/queue/slack-jobs'
import { signOffRecordPage } from '#views/sign-off-record'
import type { Names } from '#views/state'

/** Uploads the record that the roles sign, once for each digest. */
export function recordJob(rotation: Rotation, checks: CheckResult[], names: Names): NewJob {
  const json = signOffRecord(rotation)
  const digest = sha256(json)
  return signOffRecordJob(rotation.id, {
    digest,
    json,
    html: signOffRecordPage(rotation, checks, digest, names),
  })
}
