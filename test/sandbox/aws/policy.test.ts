import { describe, expect, it } from 'vitest'
import { decide, type Policy, readBotPolicy } from '#sandbox/aws/policy'

const TOKEN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:flashfusion/staging/evaluator-AbCdEf'
const ELSEWHERE = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:payroll/database-AbCdEf'

const policy = (...Statement: Policy['Statement']): Policy => ({ Version: '2012-10-17', Statement })
const statement = (Effect: 'Allow' | 'Deny', Action: string, Resource: string) => ({
  Sid: `${Effect}${Action}`,
  Effect,
  Action: [Action],
  Resource: [Resource],
})

describe('the policy for the bot', () => {
  const given = readBotPolicy()

  it.each(['GetSecretValue', 'BatchGetSecretValue'])(
    'grants %s nowhere, and denies it everywhere',
    (name) => {
      const action = `secretsmanager:${name}`
      for (const resource of [TOKEN, ELSEWHERE, '*']) expect(decide(given, action, resource)).toBe('denied')
      // Also denied when another policy allows everything.
      const wide = policy(...given.Statement, statement('Allow', '*', '*'))
      expect(decide(wide, action, TOKEN)).toBe('denied')
      const granted = given.Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(
        ({ Action }) => Action,
      )
      expect(granted).not.toContain(action)
      expect(granted.filter((each) => each.includes('*'))).toEqual([])
    },
  )

  it('covers the tokens only, except for the list, which IAM cannot restrict', () => {
    for (const name of ['DescribeSecret', 'ListSecretVersionIds', 'RotateSecret']) {
      expect(decide(given, `secretsmanager:${name}`, TOKEN)).toBe('allowed')
      expect(decide(given, `secretsmanager:${name}`, ELSEWHERE)).toBe('unmentioned')
    }
    expect(decide(given, 'secretsmanager:ListSecrets', '*')).toBe('allowed')
  })

  it('marks permissions for managed rotation as optional', () => {
    const optional = given.Statement.filter(({ Sid }) => Sid.startsWith('Optional'))
    expect(optional.map(({ Action }) => Action)).toEqual([
      ['secretsmanager:RotateSecret'],
      ['lambda:InvokeFunction'],
    ])
  })
})

describe('a policy is evaluated as in IAM', () => {
  it.each([
    ['secretsmanager:Describe*', TOKEN, 'secretsmanager:DescribeSecret', 'allowed'],
    ['secretsmanager:describesecret', TOKEN, 'secretsmanager:DescribeSecret', 'allowed'],
    ['secretsmanager:Describe', TOKEN, 'secretsmanager:DescribeSecret', 'unmentioned'],
    ['*', '*', 'secretsmanager:DescribeSecret', 'allowed'],
    ['*', `${TOKEN.slice(0, -6)}??????`, 'secretsmanager:DescribeSecret', 'allowed'],
    ['*', `${TOKEN.slice(0, -6)}?????`, 'secretsmanager:DescribeSecret', 'unmentioned'],
    ['*', 'arn:aws:secretsmanager:*:*:secret:flashfusion.staging*', 'secretsmanager:A', 'unmentioned'],
  ] as const)('allowing %s on %s', (action, resource, asked, expected) => {
    expect(decide(policy(statement('Allow', action, resource)), asked, TOKEN)).toBe(expected)
  })

  it('lets a denial win in any order', () => {
    const both = [statement('Deny', 'secretsmanager:DescribeSecret', '*'), statement('Allow', '*', '*')]
    for (const statements of [both, both.toReversed()])
      expect(decide(policy(...statements), 'secretsmanager:DescribeSecret', TOKEN)).toBe('denied')
  })
})
