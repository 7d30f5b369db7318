import { z } from 'zod'
import { DEFAULT_ENVIRONMENTS, type Environment } from '#domain/rotation/environments'

const workflowFile = z.string().regex(/^[\w.-]+\.ya?ml$/, 'must be a workflow file such as release.yml')

const environment = z
  .strictObject({
    name: z.string().regex(/^[\w-]{1,40}$/, 'must be a name of letters, digits, - and _, at most 40'),
    deploy: z.enum(['before-sign-off', 'after-sign-off']),
    takes: z.enum(['deploy', 'runtime']).default('deploy'),
    'deployed-by': z.array(workflowFile).default([]),
    smoke: z.boolean().default(false),
  })
  .transform(({ 'deployed-by': deployedBy, ...rest }): Environment => ({ ...rest, deployedBy }))

const isInOrder = (given: readonly Environment[]): boolean =>
  given.findIndex((each) => each.deploy === 'after-sign-off') < 0 ||
  given.findLastIndex((each) => each.deploy === 'before-sign-off') <
    given.findIndex((each) => each.deploy === 'after-sign-off')

/** The environments, in the order in which they are deployed to. */
export const environments = z
  .array(environment)
  .min(1, 'must name at least one environment')
  .max(12, 'must name at most 12 environments')
  .refine((given) => new Set(given.map((each) => each.name)).size === given.length, {
    error: 'names an environment twice',
  })
  .refine(isInOrder, {
    error: 'must list those that deploy before the sign-offs first: they are deployed to in this order',
  })
  .default([...DEFAULT_ENVIRONMENTS])
