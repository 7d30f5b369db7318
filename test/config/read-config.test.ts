import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigProblem, readConfig } from '#config/config'

const PEOPLE = `people:
  operators: [U0OPERATOR]
  devops-lead: [U0DEVOPSLEAD]
  ai-ops-owner: [U0AIOPSOWNER]
repository:
  name: flashfusion/agents
`

const ENV = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', GITHUB_TOKEN: 'token' }
const AWS = { AWS_REGION: 'eu-central-1' }
const VAULT = { VAULT_ADDR: 'http://127.0.0.1:8200', VAULT_TOKEN: 'hvs.token' }

describe('the config and the environment', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-config-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const read = (file: string, env: Record<string, string>) => {
    const path = join(folder, 'rotation.config.yml')
    writeFileSync(path, PEOPLE + file)
    return readConfig({ ...ENV, ...env, ROTATION_CONFIG: path })
  }
  const problemsOf = (file: string, env: Record<string, string>): string[] => {
    try {
      read(file, env)
      return []
    } catch (error) {
      if (error instanceof ConfigProblem) return error.problems
      throw error
    }
  }

  it('ask of the environment only what the configured secrets manager needs', () => {
    expect(problemsOf('', AWS)).toEqual([])
    expect(problemsOf('', VAULT)).toEqual([expect.stringContaining('AWS_REGION')])
    expect(problemsOf('secrets: {manager: vault}\n', VAULT)).toEqual([])
    expect(problemsOf('secrets: {manager: vault}\n', AWS)).toEqual([
      expect.stringContaining('VAULT_ADDR'),
      expect.stringContaining('VAULT_TOKEN'),
    ])
  })

  it('take the smoke test’s command and the ticket as parts of a sentence', () => {
    expect(read('', AWS).smoke).toEqual({ command: 'pnpm agents:simulate --suite smoke' })
    expect(read('smoke: {command: make smoke}\n', AWS).smoke.command).toBe('make smoke')
    expect(problemsOf('smoke: {command: ""}\n', AWS)).toEqual([expect.stringMatching(/smoke\.command/)])
    expect(problemsOf('smoke: {command: "a\\nb"}\n', AWS)).toEqual([
      expect.stringMatching(/smoke\.command must be one line$/),
    ])
    expect(problemsOf(`ticket: ${'T'.repeat(201)}\n`, AWS)).toEqual([
      expect.stringMatching(/ticket must have at most 200 characters$/),
    ])
  })

  it('let only a secrets manager rotate that can', () => {
    const managed = 'rotate: {with: secrets-manager}\n'
    expect(read(managed, AWS).rotate).toEqual({ with: 'secrets-manager', 'deadline-minutes': 60 })
    expect(problemsOf(`${managed}secrets: {manager: vault}\n`, VAULT)).toEqual([
      'rotate.with is secrets-manager, but vault has no rotation of its own; set it to ci',
    ])
  })

  it('take tickets in Jira only with all three of its variables', () => {
    const jira = {
      JIRA_BASE_URL: 'https://jira.example',
      JIRA_EMAIL: 'bot@jira.example',
      JIRA_API_TOKEN: 'x',
    }
    expect(read('', AWS).jira).toBeNull()
    expect(read('', { ...AWS, ...jira }).jira).toMatchObject({ baseUrl: 'https://jira.example' })
    expect(problemsOf('', { ...AWS, ...jira, JIRA_API_TOKEN: '' })).toEqual([
      expect.stringContaining('JIRA_API_TOKEN is not set'),
    ])
  })
})
