import { stringify } from 'yaml'
import { REPOSITORY, WORKFLOWS } from '#sandbox/demo-users'
import { TOKENS } from '../aws/tokens.ts'
import type { World } from '../world.ts'
import { OPERATOR_ACCOUNT, repositoryOf } from './repository.ts'
import { WORKFLOW_FILES } from './seed-workflows.ts'
import { issuesOf } from './tracker.ts'

const DAY = 86_400_000
const TICKET = 'OPS-DEVOPS-ROTATION'

const README = `# Agents

The orchestrator, the evaluator and the tool runner, with what it takes to operate them.

- \`${REPOSITORY.registry}\`: every capability token, where it is stored and who owns it
- \`${REPOSITORY.log}\`: every rotation of these tokens
- \`.github/workflows\`: ${Object.values(WORKFLOWS)
  .map((workflow) => `\`${workflow.name}\``)
  .join(', ')}
`

const LOG = `# Capability token rotation log

Every rotation of FlashFusion's capability tokens, one row each, the newest last.

Note by hand: rotations before this log began are in the tickets.

| date (UTC) | rotation | event | trigger | owner | environments | tokens | sign-offs | evidence | head | digest | row | seal |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
`

const registry = () =>
  stringify({
    version: 1,
    tokens: TOKENS.map(({ agent, environment, secret, owner }) => ({ agent, environment, secret, owner })),
  })

/** Creates the repository with its history, and the rotation ticket. */
export function seedRepository(world: World): void {
  const repository = repositoryOf(world)
  const now = world.clock.now().getTime()
  const commit = (daysAgo: number, message: string, files: Record<string, string>) =>
    repository.commit({
      message,
      author: OPERATOR_ACCOUNT,
      date: new Date(now - daysAgo * DAY).toISOString(),
      changes: Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) })),
    })

  commit(60, 'Begin the repository', { 'README.md': README })
  commit(59, 'Add the workflows', WORKFLOW_FILES)
  commit(45, 'Publish the capability token registry', { [REPOSITORY.registry]: registry() })
  commit(44, 'Begin the rotation log', { [REPOSITORY.log]: LOG })

  issuesOf(world).open({
    title: `${TICKET}: capability token rotation`,
    body: 'Evidence of every rotation of the capability tokens is linked here.',
    labels: [TICKET],
    author: OPERATOR_ACCOUNT,
  })
}
