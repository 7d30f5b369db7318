import { describe, expect, it } from 'vitest'
import { observeRequests, type RotateRequest, requestedVersionId } from '#domain/rotation/managed-rotation'
import { observeRun } from '#domain/rotation/runs'
import type { Secret } from '#domain/tokens/secret'
import { freshVersion, oldVersion } from '#test/support/check-input'
import { aRotation, aRun, minutesIn } from '#test/support/rotation-builder'

const RUN = aRun({
  system: 'secrets-manager',
  state: 'requested',
  runId: null,
  url: null,
  conclusion: null,
  requestedAt: minutesIn(20),
  startedAt: null,
  finishedAt: null,
})
const DEADLINE = 60

const request = (secret: string, parts: Partial<RotateRequest> = {}): RotateRequest => ({
  secret,
  versionId: `version-of-${secret}`,
  refused: null,
  taken: true,
  ...parts,
})

const secret = (name: string, versions: Secret['versions']): Secret => ({
  name,
  tags: {},
  createdAt: minutesIn(-60),
  deletedAt: null,
  versions,
})
const asked = (name: string) => freshVersion({ id: `version-of-${name}` })
const done = (name: string) => secret(name, [asked(name), oldVersion()])
const untouched = (name: string) => secret(name, [oldVersion({ current: true })])

const observed = (requests: RotateRequest[], secrets: Secret[], minutes = 25) =>
  observeRequests(RUN, requests, secrets, minutesIn(minutes), DEADLINE)

describe('the id of the version that is asked for', () => {
  const rotation = aRotation()
  const id = requestedVersionId(rotation, 1, 'a')

  it('is a UUID, as ClientRequestToken must be, and always the same', () => {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(requestedVersionId(rotation, 1, 'a')).toBe(id)
  })

  it('is another for another secret, attempt, rotation, or a rotation of the same number in a new database', () => {
    const others = [
      requestedVersionId(rotation, 1, 'b'),
      requestedVersionId(rotation, 2, 'a'),
      requestedVersionId({ ...rotation, id: 43 }, 1, 'a'),
      requestedVersionId({ ...rotation, openedAt: minutesIn(1) }, 1, 'a'),
    ]
    expect(new Set([id, ...others]).size).toBe(5)
  })
})

describe('a rotation by the secrets manager', () => {
  it('is asked for until the first request is taken, then it runs', () => {
    expect(observed([request('a', { taken: false })], [untouched('a')])).toMatchObject({
      state: 'requested',
      startedAt: null,
    })
    expect(observed([request('a')], [untouched('a')])).toMatchObject({
      state: 'running',
      startedAt: minutesIn(25),
    })
  })

  it('has succeeded when every secret has the very version that was asked for', () => {
    expect(observed([request('a'), request('b')], [done('a'), done('b')])).toMatchObject({
      state: 'succeeded',
      finishedAt: minutesIn(25),
    })
    const another = secret('b', [freshVersion({ id: 'made-by-somebody-else' })])
    expect(observed([request('a'), request('b')], [done('a'), another]).state).toBe('running')
  })

  it('is not done while another version is pending, nor when a secret cannot be read', () => {
    const pending = freshVersion({ id: 'pending', current: false, pending: true })
    const halfway = secret('a', [asked('a'), pending])
    expect(observed([request('a')], [halfway]).state).toBe('running')
    expect(observed([request('a')], []).state).toBe('running')
  })

  it('waits for the others before it tells what was refused', () => {
    const refused = request('a', { refused: 'a: no rotation Lambda', taken: false })
    expect(observed([refused, request('b')], [untouched('a'), untouched('b')]).state).toBe('running')
    expect(observed([refused, request('b')], [untouched('a'), done('b')])).toMatchObject({
      state: 'failed',
      conclusion: '1 of 2 not rotated; a: no rotation Lambda',
    })
  })

  it('has failed at the deadline, because in progress and failed look alike', () => {
    expect(observed([request('a')], [untouched('a')], 80).state).toBe('running')
    expect(observed([request('a')], [untouched('a')], 81)).toMatchObject({
      state: 'failed',
      conclusion: '1 of 1 not rotated; a: not finished within 60 min',
    })
  })

  it('ends once, and tells who asked for it', () => {
    const rotation = aRotation({ done: 2, runs: [RUN] })
    const seen = observed([request('a')], [done('a')])
    const { rotation: after, events } = observeRun(rotation, RUN, seen, minutesIn(25))
    expect(events).toMatchObject([
      {
        type: 'run-finished',
        data: { succeeded: true, system: 'secrets-manager', requestedBy: RUN.requestedBy },
      },
    ])
    expect(observeRun(after, RUN, seen, minutesIn(26)).events).toEqual([])
  })
})
