import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaultId } from '#sandbox/faults'
import { createMetrics, type Metrics } from '#startup/health/metrics'
import { startHealth } from '#startup/health/start-health'
import { start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const PORT = 39_217

describe('health and metrics over HTTP', () => {
  let workspace: Workspace
  let metrics: Metrics
  let server: { close(): Promise<void> }
  let starting = false

  beforeAll(async () => {
    metrics = createMetrics()
    workspace = await openWorkspace({ metrics })
    server = await startHealth({
      port: PORT,
      host: '127.0.0.1',
      metrics,
      bot: () => (starting ? null : workspace.bot),
      startProblem: () => 'Slack answers 503',
    })
  })
  afterAll(async () => {
    await server.close()
    await workspace.close()
  })

  const get = (path: string) => fetch(`http://127.0.0.1:${PORT}${path}`)
  const readiness = async () => (await get('/readyz')).json()
  const value = async (series: string) => {
    const text = await (await get('/metrics')).text()
    return text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.split(' ')[1]
  }
  const setFault = (id: FaultId, on: boolean) => {
    workspace.sandbox.world.faults.set(id, on)
    workspace.sandbox.world.changed('faults')
  }

  it('is alive and ready', async () => {
    expect((await get('/healthz')).status).toBe(200)
    expect((await get('/readyz')).status).toBe(200)
    expect(await readiness()).toEqual({ ready: true, problems: [], warnings: [] })
    expect((await get('/health')).status).toBe(404)
  })

  it('is not ready before the start is over, and says what it waits for', async () => {
    starting = true
    const answer = await get('/readyz')
    starting = false
    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({
      ready: false,
      problems: ['The bot is starting: Slack answers 503'],
      warnings: [],
    })
  })

  it('is ready although another bot has another configuration, and warns of it', async () => {
    const { integrity } = workspace.bot.context
    integrity.configProblem = 'The bots on this database have different configurations: a on x:1; b on y:1'
    expect(await readiness()).toEqual({ ready: true, problems: [], warnings: [integrity.configProblem] })
    integrity.configProblem = null
  })

  it('is not ready without a connection to Slack, but stays so without GitHub', async () => {
    setFault('github-unavailable', true)
    expect(await readiness()).toMatchObject({ ready: true })
    setFault('github-unavailable', false)
    setFault('slack-no-hello', true)
    await workspace.operator.post('slack/socket/disconnect', { reason: 'refresh_requested' })
    await expect.poll(readiness, { timeout: 15_000 }).toMatchObject({
      ready: false,
      problems: [expect.stringMatching(/^Not connected to Slack: /)],
    })
    expect((await get('/readyz')).status).toBe(503)
    expect((await get('/healthz')).status).toBe(200)
    setFault('slack-no-hello', false)
    await expect.poll(readiness, { timeout: 15_000 }).toMatchObject({ ready: true })
  })

  it('counts interactions, jobs, calls and what is open', async () => {
    await start(workspace.operator, { scope: ['environment:staging'] })
    await workspace.operator.card('R1')
    await expect.poll(() => value('rotation_jobs_total{kind="card",outcome="delivered"}')).toMatch(/^[1-9]/)
    expect(await value('rotation_interactions_total{kind="command",result="handled"}')).toMatch(/^[1-9]/)
    expect(await value('rotation_slack_ack_seconds_count{kind="command"}')).toMatch(/^[1-9]/)
    expect(await value('rotation_open_rotations{waiting_for="step"}')).toBe('1')
    expect(await value('rotation_github_requests_total{outcome="ok"}')).toMatch(/^[1-9]/)
    expect(await value('rotation_aws_requests_total{outcome="ok"}')).toMatch(/^[1-9]/)
    expect(await value('rotation_slack_connected')).toBe('1')
    expect(await value('rotation_slack_reconnects_total')).toMatch(/^[1-9]/)
    const tokens = await Promise.all(
      ['current', 'due_soon', 'overdue', 'unknown'].map((state) =>
        value(`rotation_tokens{state="${state}"}`),
      ),
    )
    expect(tokens.map(Number).reduce((sum, each) => sum + each)).toBeGreaterThan(0)
  })

  it('names no person, rotation or secret', async () => {
    const text = await (await get('/metrics')).text()
    expect(text).not.toMatch(/U0|R1\b|flashfusion\//)
  })
})
