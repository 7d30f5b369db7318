import type { CheckDefinition, CheckPhase } from '#domain/rotation/checks'
import { type Environment, environmentsToPromote, environmentsToVerify } from '#domain/rotation/environments'
import type { Rotation } from '#domain/rotation/rotation'
import { STEP_IDS } from '#domain/rotation/steps'
import { agentsWork } from './agents-work.ts'
import type { Check, EnvironmentCheck } from './check.ts'
import { deployed } from './deployed.ts'
import { inventoryExported } from './inventory-exported.ts'
import { logAppended } from './log-appended.ts'
import { metadataComplete } from './metadata-complete.ts'
import { newVersionCurrent } from './new-version-current.ts'
import { noticeDelivered } from './notice-delivered.ts'
import { oldVersionRevoked } from './old-version-revoked.ts'
import { promotionWaits } from './promotion-waits.ts'
import { registryInSync } from './registry-in-sync.ts'
import { rotateJobSucceeded } from './rotate-job-succeeded.ts'
import { smokePassed } from './smoke-passed.ts'
import { tagsCorrect } from './tags-correct.ts'
import { ticketUpdated } from './ticket-updated.ts'
import { workflowSucceeded } from './workflow-succeeded.ts'

/** Every check that looks at the rotation as a whole, in the order in which people see them. */
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
  logAppended,
  ticketUpdated,
]

/** Every check that looks at one environment, in the order in which people see them. */
export const ENVIRONMENT_CHECKS: readonly EnvironmentCheck[] = [
  promotionWaits,
  deployed,
  smokePassed,
  agentsWork,
]

const PHASES: readonly CheckPhase[] = [...STEP_IDS, 'promotion']

/** All checks of a rotation, in the order in which people see them: by phase, and environment by environment. */
export function checksFor(rotation: Pick<Rotation, 'tokens'>, environments: readonly Environment[]): Check[] {
  const all = [
    ...CHECKS,
    ...environmentChecks(environmentsToVerify(rotation, environments)),
    ...environmentChecks(environmentsToPromote(rotation, environments)),
  ]
  return PHASES.flatMap((phase) => all.filter((check) => check.step === phase))
}

const environmentChecks = (environments: readonly Environment[]): Check[] =>
  environments.flatMap((environment) =>
    ENVIRONMENT_CHECKS.filter((each) => each.concerns(environment)).map(
      ({ id, title, how, backs, partly, run, step, guards }) => ({
        id: `${id}:${environment.name}`,
        step: step ?? (environment.deploy === 'before-sign-off' ? 'integration-verification' : 'promotion'),
        title: title(environment.name),
        how,
        backs: environment.deploy === 'before-sign-off' ? backs : null,
        environment: environment.name,
        ...(partly && { partly }),
        ...(guards && { guards }),
        run: (input) => run(input, environment),
      }),
    ),
  )

/** The checks of one phase. */
export const checksOf = (
  rotation: Pick<Rotation, 'tokens'>,
  environments: readonly Environment[],
  phase: CheckPhase,
): Check[] => checksFor(rotation, environments).filter((check) => check.step === phase)

/** The same as plain data: what the domain and the views are given. */
export const definitionsFor = (
  rotation: Pick<Rotation, 'tokens'>,
  environments: readonly Environment[],
): CheckDefinition[] => checksFor(rotation, environments).map(({ run: _, ...definition }) => definition)
