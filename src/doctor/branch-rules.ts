import type { PushRule } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { broken, type HealthCheck, orFine, unknown } from './health-check.ts'

/** What each kind of rule does to a commit that is made directly; other kinds do not stand in its way. */
const BARS: Record<string, string> = {
  pull_request: 'wants a pull request for every change',
  update: 'lets nobody change the branch',
  required_status_checks: 'wants checks to have passed before a commit arrives',
  required_signatures: 'wants signed commits',
  required_deployments: 'wants a deployment first',
  workflows: 'wants workflows to have passed first',
  merge_queue: 'lets changes in by the merge queue only',
  protected: 'protects it',
}

/** No rule keeps the bot from committing to the log's branch. */
export const branchRules: HealthCheck = {
  id: 'branch-rules',
  title: 'Branch rules',
  async run({ repositoryRecords, config, database }) {
    const { branch } = config.repository
    const rules = await repositoryRecords.readPushRules()
    const last = await database.findLastDone('log-entry')
    const since = last ? ` (the last entry was committed on ${last.slice(0, 10)})` : ''
    return orFine(
      rules.flatMap((rule) => judge(rule, branch, since)),
      `No rule keeps the bot from committing to ${branch}`,
    )
  },
}

function judge({ type, ruleset, bypassed }: PushRule, branch: string, since: string): HealthCheckResult[] {
  const bar = BARS[type]
  if (bar === undefined || bypassed) return []
  const rule = `${ruleset ? `The ruleset “${ruleset}”` : 'A branch protection'} on ${branch} ${bar}`
  const remediation =
    'Let the bot’s account bypass it, or keep the log on another branch (repository.branch).'
  return bypassed === null
    ? [unknown(`${rule}; whether the bot is let past cannot be read${since}`, remediation)]
    : [broken(`${rule}, also of the bot${since}`, remediation)]
}
