import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigProblem, readConfig } from '#config/config'

const PEOPLE =
  'people:\n  operators: [U0OPERATOR]\n  devops-lead: [U0DEVOPSLEAD]\n  ai-ops-owner: [U0AIOPSOWNER]\n'
const REPOSITORY = 'repository:\n  name: flashfusion/agents\n'
const SLACK_AND_GITHUB = {
  SLACK_BOT_TOKEN: 'xoxb-of-the-test',
  SLACK_APP_TOKEN: 'xapp-of-the-test',
  GITHUB_TOKEN: 'of-the-test',
}
const VAULT_ADDR = 'https://vault.example:8200'

describe('what a secrets manager needs of the environment', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-config-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  function read(variables: Record<string, string>, secrets: string, rest = PEOPLE + REPOSITORY) {
    const ROTATION_CONFIG = join(folder, 'rotation.config.yml')
    writeFileSync(ROTATION_CONFIG, `${rest}secrets: ${secrets}\n`)
    return readConfig({ ...SLACK_AND_GITHUB, ROTATION_CONFIG, ...variables })
  }

  function problemsOf(...given: Parameters<typeof read>): string[] {
    try {
      read(...given)
    } catch (error) {
      if (error instanceof ConfigProblem) return error.problems
      throw error
    }
    return []
  }

  it('is a region for AWS, and nothing of Vault’s', () => {
    expect(problemsOf({}, '{}')).toEqual(['AWS_REGION is not set: the region of the secrets manager'])
    expect(read({ AWS_REGION: 'eu-central-1' }, '{ manager: aws }').secretsEnv).toEqual({
      AWS_REGION: 'eu-central-1',
    })
  })

  it('is an address and a token, or an AppRole, for Vault, and nothing of AWS’s', () => {
    const token = read({ VAULT_ADDR, VAULT_TOKEN: 'of-the-test' }, '{ manager: vault }')
    expect(token.secrets).toEqual({ manager: 'vault', prefix: 'flashfusion/', mount: 'secret' })
    expect(token.secretsEnv).toEqual({ VAULT_ADDR, VAULT_TOKEN: 'of-the-test' })
    const appRole = {
      VAULT_ADDR,
      VAULT_ROLE_ID: 'role',
      VAULT_SECRET_ID: 'id',
      VAULT_NAMESPACE: 'teams/agents',
    }
    expect(read(appRole, '{ manager: vault, mount: kv/agents }')).toMatchObject({
      secrets: { mount: 'kv/agents' },
      secretsEnv: appRole,
    })
  })

  it.each([
    [{}, ['VAULT_ADDR is not set', 'VAULT_TOKEN is not set, nor are VAULT_ROLE_ID and VAULT_SECRET_ID']],
    [
      { VAULT_ADDR: 'vault.example', VAULT_ROLE_ID: 'x' },
      ['VAULT_ADDR must be an http(s) address', 'VAULT_SECRET_ID is not set, but VAULT_ROLE_ID is'],
    ],
    [
      { VAULT_ADDR, VAULT_SECRET_ID: 'x', VAULT_TOKEN: '' },
      ['VAULT_ROLE_ID is not set, but VAULT_SECRET_ID is'],
    ],
  ])('names everything that Vault lacks of %o', (variables, problems) => {
    expect(problemsOf(variables, '{ manager: vault }')).toEqual(
      problems.map((problem) => expect.stringContaining(problem)),
    )
  })

  it('is not all that signatures on GitHub need: each approver has a login there, and the ticket is there', () => {
    const AWS = { AWS_REGION: 'eu-central-1' }
    const JIRA = {
      JIRA_BASE_URL: 'https://j.example',
      JIRA_EMAIL: 'a@j.example',
      JIRA_API_TOKEN: 'of-the-test',
    }
    const confirm = 'sign-off: { confirm: github }\n'
    const some = `${PEOPLE}  github: { U0DEVOPSLEAD: lead }\n`
    const all = `${PEOPLE}  github: { U0DEVOPSLEAD: lead, U0AIOPSOWNER: owner }\n`
    expect(problemsOf(AWS, '{}', some + REPOSITORY + confirm)).toEqual([
      'people.github has no login for U0AIOPSOWNER, who signs: sign-off.confirm is github',
    ])
    expect(problemsOf({ ...AWS, ...JIRA }, '{}', all + REPOSITORY + confirm)).toEqual([
      expect.stringContaining('the tickets are in Jira'),
    ])
    expect(problemsOf(AWS, '{}', all + REPOSITORY + confirm)).toEqual([])
    expect(problemsOf(AWS, '{}', some + REPOSITORY)).toEqual([])
  })

  it('is named together with mistakes in the file', () => {
    const problems = problemsOf({ VAULT_ADDR }, '{ manager: vault, mount: /secret }', REPOSITORY)
    expect(problems).toEqual([
      expect.stringContaining('VAULT_TOKEN is not set'),
      expect.stringContaining('people'),
      expect.stringContaining('secrets.mount must be the path of a secrets engine'),
    ])
  })

  it('is not guessed for a manager that nobody knows', () => {
    expect(problemsOf({}, '{ manager: paper }')).toEqual([expect.stringContaining('secrets.manager')])
  })
})
