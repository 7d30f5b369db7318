import { backup } from './backup.ts'
import { branchRules } from './branch-rules.ts'
import { channel } from './channel.ts'
import { clocks } from './clocks.ts'
import { configurations } from './configurations.ts'
import { database } from './database.ts'
import { databaseIdentity } from './database-identity.ts'
import { databaseIntact } from './database-intact.ts'
import type { HealthCheck } from './health-check.ts'
import { history } from './history.ts'
import { lastRotationRun } from './last-rotation-run.ts'
import { machine } from './machine.ts'
import { onCall } from './on-call.ts'
import { ownCredentials } from './own-credentials.ts'
import { pager } from './pager.ts'
import { people } from './people.ts'
import { repository } from './repository.ts'
import { repositoryFiles } from './repository-files.ts'
import { repositoryPermissions } from './repository-permissions.ts'
import { screens } from './screens.ts'
import { secretsNotReadable } from './secrets-not-readable.ts'
import { secretsReadable } from './secrets-readable.ts'
import { signOffPossible } from './sign-off-possible.ts'
import { signingKey } from './signing-key.ts'
import { slackConnection } from './slack-connection.ts'
import { slackScopes } from './slack-scopes.ts'
import { telemetry } from './telemetry.ts'
import { ticket } from './ticket.ts'
import { workflows } from './workflows.ts'

/** Every health check, in display order. */
export const HEALTH_CHECKS: readonly HealthCheck[] = [
  slackConnection,
  slackScopes,
  screens,
  channel,
  people,
  signOffPossible,
  onCall,
  repository,
  repositoryFiles,
  signingKey,
  repositoryPermissions,
  branchRules,
  workflows,
  lastRotationRun,
  ticket,
  secretsReadable,
  secretsNotReadable,
  ownCredentials,
  pager,
  telemetry,
  clocks,
  database,
  databaseIntact,
  history,
  databaseIdentity,
  configurations,
  backup,
  machine,
]
