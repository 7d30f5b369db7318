import { broken, type Examination, fine, reach } from './examination.ts'

const MEND =
  'See that GITHUB_TOKEN is valid and has access to the repository that the config names, and that GITHUB_API_URL is right.'

/** The token sees the repository, and the branch is there. */
export const repository: Examination = {
  id: 'repository',
  title: 'Repository',
  examine: ({ repositoryRecords, config }) => {
    const { name, branch } = config.repository
    return reach(
      async () => ({
        seen: await repositoryRecords.readRepository(),
        hasBranch: await repositoryRecords.branchExists(),
      }),
      MEND,
      ({ seen, hasBranch }) => {
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
              'Correct repository.branch in the config, or make the branch.',
            ),
          ]
        return [fine(`The token sees ${name} and its branch ${branch}`)]
      },
    )
  },
}
