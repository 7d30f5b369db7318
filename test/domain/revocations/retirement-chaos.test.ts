import { describe, expect, it } from 'vitest'
import type { AgentUse } from '#domain/ports/agent-use'
import { oldVersionUse } from '#domain/revocations/old-version-use'
import { retireVersions } from '#domain/revocations/retire-versions'
import { mayBeDisabled } from '#domain/revocations/retirement'
import { type Revocation, recheckRevocation } from '#domain/revocations/revocation'
import { markVerified } from '#domain/revocations/verified-versions'
import { completeRotation } from '#domain/rotation/complete-rotation'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import { revocationRuns } from '#domain/rotation/request-revocation'
import { isRunning, type RevokeMode, type Rotation } from '#domain/rotation/rotation'
import type { Secret } from '#domain/tokens/secret'
import { aRevocation } from '#test/support/revocation-builder'
import { aRotation, aToken, minutesIn } from '#test/support/rotation-builder'

const OLD = 'aaaaaaaa-old'
const NEW = 'bbbbbbbb-new'
const SEEDS = 2_000
const ACTIONS = 60
const SETTINGS = { reversible: true, watchMinutes: 15, watchHours: 4 }

type Issued = 'live' | 'disabled' | 'destroyed'

const STATES: Record<RevokeMode, Issued> = {
  disable: 'disabled',
  destroy: 'destroyed',
  restore: 'live',
  'make-current': 'live',
}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One agent, its old version, an issuer, a tag that may lie, and telemetry that may be silent; every other seed without versions. */
function simulate(seed: number): { violations: string[]; isComplete: boolean } {
  const random = randomFrom(seed)
  const isLabelled = seed % 2 === 0
  const token = aToken({ agent: 'evaluator', environment: 'staging' }, { newVersionId: NEW })
  let rotation: Rotation = aRotation({ status: 'retiring', done: 5, tokens: [token] })
  let row: Revocation = aRevocation({ secret: token.secret, versionId: OLD, replacedBy: NEW, revoker: 'bot' })
  let minute = 60
  let runs = OLD
  let issued = 'live' as Issued
  let tag = ''
  const history: { minute: number; version: string; isAccepted: boolean }[] = []
  const violations: string[] = []
  const now = () => minutesIn(minute)

  const use = (): AgentUse => {
    const since = [row.verifiedAt ?? row.replacedAt, row.issuerAt ?? ''].sort().at(-1) ?? ''
    const seen = history.filter((each) => minutesIn(each.minute) > since)
    const counts = (isLabelled ? [OLD, NEW] : [null]).map((version) => {
      const own = seen.filter((each) => version === null || each.version === version)
      const successes = own.filter((each) => each.isAccepted).length
      return { agent: 'evaluator', version, successes, failures: own.length - successes, warnings: 0 }
    })
    const problem =
      random() < 0.1 ? { reason: 'unread' as const, sentence: 'it does not answer', advice: '' } : null
    const query = { expect: '> 0' as const, promql: '', graphUrl: '', samples: [], warnings: [], problem }
    const queries = (['successes', 'failures'] as const).map((name) => ({ ...query, name, counts: name }))
    return { environment: 'staging', since, at: now(), seconds: 60, counts: problem ? [] : counts, queries }
  }
  const tick = () => {
    const own = revocationRuns(rotation, row)
    const uses = new Map([
      [row.id, oldVersionUse({ ...row, isDisabled: mayBeDisabled(row, own) }, use(), NEW)],
    ])
    const input = { uses, environments: DEFAULT_ENVIRONMENTS, settings: SETTINGS, now: now() }
    const decided = retireVersions(rotation, [row], input)
    rotation = decided.rotation
    row = decided.updated[0] ?? row
  }
  const finishRun = () => {
    const run = rotation.runs.find(isRunning)
    if (!run?.target) return
    const state = STATES[run.target.mode]
    const isDone = random() < 0.85
    if (isDone && issued !== 'destroyed') {
      if (state !== 'live' && runs === OLD && issued === 'live') violations.push(`${run.target.mode} in use`)
      issued = state
    }
    if (isDone && random() < 0.85) tag = `${OLD}:${issued}:${now()}`
    const after = isDone ? ('succeeded' as const) : ('failed' as const)
    const ended = { ...run, state: after, runId: run.attempt, startedAt: now(), finishedAt: now() }
    rotation = { ...rotation, runs: rotation.runs.map((each) => (each === run ? ended : each)) }
  }
  const read = () => {
    const version = { state: 'live' as const, current: true, pending: false, createdAt: minutesIn(30) }
    const secret = { name: token.secret, tags: { revocation: tag }, versions: [{ ...version, id: NEW }] }
    const reading = { name: token.secret, secret: secret as unknown as Secret, problem: null }
    row = recheckRevocation(row, reading, now(), rotation.runs).row
  }
  const deploy = () => {
    runs = NEW
    row = markVerified([row], rotation, ['staging'], now())[0] ?? row
  }
  const actions: [number, () => void][] = [
    [0.3, tick],
    [0.2, finishRun],
    [0.25, read],
    [0.06, deploy],
    [
      0.02,
      () => {
        tag = ''
      },
    ],
    [
      0.02,
      () => {
        tag = `${OLD}:${random() < 0.5 ? 'disabled' : 'destroyed'}:${now()}`
      },
    ],
    [
      0.03,
      () => {
        rotation = { ...rotation, status: rotation.status === 'retiring' ? 'aborted' : rotation.status }
      },
    ],
    [
      0.02,
      () => {
        minute += 3 * 24 * 60
      },
    ],
  ]
  for (let step = 0; step < ACTIONS; step += 1) {
    minute += 1 + Math.floor(random() * 12)
    history.push({ minute, version: runs, isAccepted: runs === NEW || issued === 'live' })
    let left = random()
    for (const [weight, act] of actions) {
      left -= weight
      if (left < 0) {
        act()
        break
      }
    }
    rotation = completeRotation(rotation, [row], now()).rotation
    if (rotation.status === 'complete' && (issued !== 'destroyed' || runs !== NEW))
      violations.push(`complete while ${issued}`)
  }
  return { violations, isComplete: rotation.status === 'complete' }
}

describe('whatever happens in whatever order', () => {
  it('no working token is taken from an agent, and complete is complete', () => {
    const all = Array.from({ length: SEEDS }, (_, seed) => ({ seed, ...simulate(seed) }))
    expect(all.filter(({ violations }) => violations.length > 0)).toEqual([])
    expect(all.filter(({ isComplete }) => isComplete).length).toBeGreaterThan(SEEDS / 20)
  })
})
