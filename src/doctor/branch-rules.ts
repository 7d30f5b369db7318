import type { PushRule } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { broken, type HealthCheck, orFine, unknown } from './health-check.ts'

/** What a rule requires of a direct commit; other rules do not block it. */
const BARS: Record<string, string> = {
  pull_request: 'requires a pull request for every change',
  update: 'blocks all changes to the branch',
  required_status_checks: 'requires passed checks before a commit',
  required_signatures: 'requires signed commits',
  required_deployments: 'requires a deployment first',
  workflows: 'requires passed workflows first',
  merge_queue: 'accepts changes from the merge queue only',
  protected: 'protects it',
}

/** No rule blocks the bot's commits to the log's branch. */
export const branchRules: HealthCheck = {
  id: 'branch-rules',
  title: 'Branch rules',
  async run({ repositoryRecords, config, database }) {
    const branch = config.log.branch ?? config.repository.branch
    const rules = await repositoryRecords.readPushRules()
    const last = await database.findLastDone('log-entry')
    const since = last ? ` (the last entry was committed on ${last.slice(0, 10)})` : ''
    return orFine(
      rules.flatMap((rule) => judge(rule, branch, since)),
      `No rule blocks the bot’s commits to ${branch}`,
    )
  },
}

function judge({ type, ruleset, bypassed }: PushRule, branch: string, since: string): HealthCheckResult[] {
  const bar = BARS[type]
  if (bar === undefined || bypassed) return []
  const rule = `${ruleset ? `The ruleset “${ruleset}”` : 'A branch protection'} on ${branch} ${bar}`
  const remediation =
    'Let the bot’s account bypass it, or give the log a branch of its own: set log.branch in the config, then run “rotation init-log”.'
  return bypassed === null
    ? [unknown(`${rule}; whether the bot may bypass it cannot be read${since}`, remediation)]
    : [broken(`${rule}, and the bot may not bypass it${since}`, remediation)]
}
