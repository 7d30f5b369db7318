import { describe, expect, it } from 'vitest'
import { environments } from '#config/environments'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'

const BEFORE = 'before-sign-off'
const AFTER = 'after-sign-off'

const given = (name: string, deploy: string = BEFORE, rest = {}) => ({ name, deploy, ...rest })

const problemsOf = (value: unknown): string[] =>
  environments.safeParse(value).error?.issues.map((issue) => issue.message) ?? []

describe('the environments of the config', () => {
  it('are those of the runbook when none is given', () => {
    expect(environments.parse(undefined)).toEqual(DEFAULT_ENVIRONMENTS)
    expect(DEFAULT_ENVIRONMENTS.map(({ name, deploy }) => [name, deploy])).toEqual([
      ['sandbox', BEFORE],
      ['staging', BEFORE],
      ['production', AFTER],
    ])
  })

  it('keep their order, and each has what is not given', () => {
    const parsed = environments.parse([
      given('staging', BEFORE, { smoke: true }),
      given('sandbox'),
      given('eu-1', AFTER, { takes: 'runtime', 'deployed-by': ['release.yml', 'hotfix.yaml'] }),
    ])
    expect(parsed).toEqual([
      { name: 'staging', deploy: BEFORE, takes: 'deploy', deployedBy: [], smoke: true },
      { name: 'sandbox', deploy: BEFORE, takes: 'deploy', deployedBy: [], smoke: false },
      {
        name: 'eu-1',
        deploy: AFTER,
        takes: 'runtime',
        deployedBy: ['release.yml', 'hotfix.yaml'],
        smoke: false,
      },
    ])
  })

  it.each<[string, unknown, string]>([
    ['there is none', [], 'must name at least one environment'],
    [
      'there are thirteen',
      Array.from({ length: 13 }, (_, index) => given(`e${index}`)),
      'must name at most 12 environments',
    ],
    ['one is named twice', [given('staging'), given('staging', AFTER)], 'names an environment twice'],
    [
      'one after the sign-offs comes before one that does not wait for them',
      [given('production', AFTER), given('staging')],
      'must list those that deploy before the sign-offs first',
    ],
    [
      'one after the sign-offs is between two that do not wait for them',
      [given('sandbox'), given('production', AFTER), given('staging')],
      'must list those that deploy before the sign-offs first',
    ],
    ['a name is none', [given('a b')], 'must be a name of letters, digits, - and _, at most 40'],
    ['a name is empty', [given('')], 'must be a name of letters, digits, - and _, at most 40'],
    ['a name is too long', [given('e'.repeat(41))], 'must be a name of letters, digits, - and _, at most 40'],
    ['a name starts another button’s id', [given('deploy:x')], 'must be a name of letters'],
    ['it does not say when it is deployed to', [{ name: 'staging' }], 'before-sign-off'],
    ['it deploys at another time', [given('staging', 'sometimes')], 'before-sign-off'],
    ['it takes tokens in another way', [given('staging', BEFORE, { takes: 'mail' })], 'runtime'],
    [
      'a workflow is no file',
      [given('staging', BEFORE, { 'deployed-by': ['release'] })],
      'must be a workflow file such as release.yml',
    ],
    ['it has a setting that nobody knows', [given('staging', BEFORE, { smokes: true })], 'smokes'],
  ])('are refused when %s', (_, value, problem) => {
    expect(problemsOf(value)).toEqual([expect.stringContaining(problem)])
  })

  it.each([
    ['only before the sign-offs', [given('sandbox'), given('staging')]],
    ['only after them', [given('eu', AFTER), given('us', AFTER)]],
    ['one alone', [given('production', AFTER)]],
    ['twelve', Array.from({ length: 12 }, (_, index) => given(`e${index}`))],
  ])('may be %s', (_, value) => {
    expect(problemsOf(value)).toEqual([])
  })
})
