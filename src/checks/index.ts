import type { CheckDefinition } from '#domain/rotation/checks'
import type { StepId } from '#domain/rotation/steps'
import type { Check } from './check.ts'
import { inventoryExported } from './inventory-exported.ts'
import { logAppended } from './log-appended.ts'
import { metadataComplete } from './metadata-complete.ts'
import { newVersionCurrent } from './new-version-current.ts'
import { noticeDelivered } from './notice-delivered.ts'
import { oldVersionRevoked } from './old-version-revoked.ts'
import { registryInSync } from './registry-in-sync.ts'
import { rotateJobSucceeded } from './rotate-job-succeeded.ts'
import { smokePassed } from './smoke-passed.ts'
import { stagingDeployed } from './staging-deployed.ts'
import { tagsCorrect } from './tags-correct.ts'
import { telemetryClean } from './telemetry-clean.ts'
import { ticketUpdated } from './ticket-updated.ts'
import { workflowSucceeded } from './workflow-succeeded.ts'

/** Every check, in display order. */
export const CHECKS: readonly Check[] = [
  inventoryExported,
  metadataComplete,
  registryInSync,
  rotateJobSucceeded,
  noticeDelivered,
  workflowSucceeded,
  newVersionCurrent,
  tagsCorrect,
  oldVersionRevoked,
  stagingDeployed,
  smokePassed,
  telemetryClean,
  logAppended,
  ticketUpdated,
]

export const checksOf = (step: StepId): Check[] => CHECKS.filter((check) => check.step === step)

/** The checks as plain data for the domain and the views. */
export const definitions: readonly CheckDefinition[] = CHECKS.map(({ id, step, title, how, backs }) => ({
  id,
  step,
  title,
  how,
  backs,
}))
