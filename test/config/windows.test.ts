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

const ENV = {
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_APP_TOKEN: 'xapp-1',
  GITHUB_TOKEN: 'token',
  AWS_REGION: 'eu-central-1',
}

describe('the windows and freezes of the config', () => {
  let path: string
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-config-'))
    path = join(folder, 'rotation.config.yml')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const read = (file: string) => {
    writeFileSync(path, PEOPLE + file)
    return readConfig({ ...ENV, ROTATION_CONFIG: path })
  }
  const problemsOf = (file: string): string[] => {
    try {
      read(file)
      return []
    } catch (error) {
      if (error instanceof ConfigProblem)
        return error.problems.map((problem) => problem.replace(`${path}: `, ''))
      throw error
    }
  }

  it('are none by default', () => {
    expect(read('')).toMatchObject({ windows: { start: null, deploy: {} }, freeze: [] })
  })

  it('are taken as they are written, and what is left out is every day and the whole day', () => {
    const { windows, freeze } = read(`windows:
  start: { days: [mon, tue, wed, thu], from: '09:00', to: '15:00' }
  deploy:
    production: { days: [mon, tue], from: 10:00, to: '24:00' }
    staging: {}
freeze:
  - { from: 2026-12-20, to: 2027-01-03, reason: Holidays }
`)
    expect(windows.start).toEqual({ days: ['mon', 'tue', 'wed', 'thu'], from: '09:00', to: '15:00' })
    expect(windows.deploy.production).toEqual({ days: ['mon', 'tue'], from: '10:00', to: '24:00' })
    expect(windows.deploy.staging).toMatchObject({ from: '00:00', to: '24:00' })
    expect(windows.deploy.staging?.days).toHaveLength(7)
    expect(freeze).toEqual([{ from: '2026-12-20', to: '2027-01-03', reason: 'Holidays' }])
  })

  it.each([
    ['lists no day', 'windows: { start: { days: [] } }', 'windows.start.days lists no day'],
    [
      'opens and closes at once',
      "windows: { deploy: { production: { from: '09:00', to: '09:00' } } }",
      'windows.deploy.production opens and closes at the same time',
    ],
    ['has an unknown day', 'windows: { start: { days: [monday] } }', 'windows.start.days.0 must be days'],
    [
      'opens at no time of day',
      "windows: { start: { from: '9:00' } }",
      'windows.start.from must be a time such as',
    ],
    [
      'closes after the day',
      "windows: { start: { to: '24:30' } }",
      'windows.start.to must be a time such as "15:00"',
    ],
    [
      'is for an unknown environment',
      'windows: { deploy: { prod: {} } }',
      'windows.deploy.prod is for an environment that does not exist: use one of sandbox, staging, production',
    ],
    [
      'is for an environment that nothing is deployed to',
      `windows: { deploy: { eu: {} } }
environments: [{ name: eu, deploy: after-sign-off, takes: runtime }]`,
      'windows.deploy.eu never applies',
    ],
    ['has a setting that nobody knows', 'windows: { stop: {} }', 'windows.stop is not a known setting'],
  ])('are refused when a window %s', (_, file, problem) => {
    expect(problemsOf(`${file}\n`)).toEqual([expect.stringContaining(problem)])
  })

  it.each([
    [
      'ends before it begins',
      '{ from: 2026-12-20, to: 2026-12-19, reason: x }',
      'freeze.0 ends before it begins',
    ],
    [
      'begins on no day',
      '{ from: 2026-02-30, to: 2026-12-19, reason: x }',
      'freeze.0.from must be a day such as',
    ],
    ['has no reason', "{ from: 2026-12-20, to: 2026-12-20, reason: '' }", 'freeze.0.reason must say why'],
  ])('are refused when a freeze %s', (_, freeze, problem) => {
    expect(problemsOf(`freeze: [${freeze}]\n`)).toEqual([expect.stringContaining(problem)])
  })

  it('are refused in one answer with everything else', () => {
    expect(
      problemsOf(`channel: no channel
windows: { start: { days: [] }, deploy: { prod: {} } }
freeze: [{ from: 2026-12-20, to: 2026-12-19, reason: x }]
`),
    ).toEqual([
      expect.stringContaining('channel must be'),
      expect.stringContaining('windows.start.days lists no day'),
      expect.stringContaining('freeze.0 ends before it begins'),
      expect.stringContaining('windows.deploy.prod is for an environment that does not exist'),
    ])
  })
})
