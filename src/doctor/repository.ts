import { broken, fine, type HealthCheck, reach } from './health-check.ts'

const REMEDIATION =
  'Check that GITHUB_TOKEN is valid and has access to the configured repository, and that GITHUB_API_URL is right.'

/** The token can read the repository, and the branch exists. */
export const repository: HealthCheck = {
  id: 'repository',
  title: 'Repository',
  run: ({ repositoryRecords, config }) => {
    const { name, branch } = config.repository
    const logBranch = config.log.branch ?? branch
    return reach(
      async () => ({
        seen: await repositoryRecords.readRepository(),
        hasBranch: await repositoryRecords.branchExists(branch),
        hasLogBranch: logBranch === branch || (await repositoryRecords.branchExists(logBranch)),
      }),
      REMEDIATION,
      ({ seen, hasBranch, hasLogBranch }) => {
        if (seen.archived)
          return [
            broken(
              `${name} is archived, so nothing can be committed`,
              'Unarchive it, or name another in the config (repository.name).',
            ),
          ]
        if (!hasBranch)
          return [
            broken(
              `${name} has no branch ${branch}`,
              'Correct repository.branch in the config, or create the branch.',
            ),
          ]
        if (!hasLogBranch)
          return [
            broken(
              `${name} has no branch ${logBranch} for the log`,
              'Run “rotation init-log”, which makes it, or correct log.branch in the config.',
            ),
          ]
        return [
          fine(
            `The token can read ${name} and its branch ${branch}${logBranch === branch ? '' : ` and ${logBranch}`}`,
          ),
        ]
      },
    )
  },
}
