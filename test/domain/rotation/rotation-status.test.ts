import { describe, expect, it } from 'vitest'
import { abortRotation } from '#domain/rotation/abort-rotation'
import { acknowledgeBreakGlass, requestBreakGlass } from '#domain/rotation/break-glass'
import { completeRotation } from '#domain/rotation/complete-rotation'
import { completeStep } from '#domain/rotation/complete-step'
import type { Decision } from '#domain/rotation/decision'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import { handOff } from '#domain/rotation/hand-off'
import { promoteEnvironment, voidApproval, withdrawApproval } from '#domain/rotation/promotion'
import { recordException } from '#domain/rotation/record-exception'
import { Refusal } from '#domain/rotation/refusal'
import { requestRollback } from '#domain/rotation/rollback'
import { ROTATION_STATUSES, type Rotation, type RotationStatus } from '#domain/rotation/rotation'
import { requestRun } from '#domain/rotation/runs'
import { reject, signOff } from '#domain/rotation/sign-off'
import { turnOf } from '#domain/rotation/turn'
import { OLD } from '#test/support/check-input'
import { aRevocation } from '#test/support/revocation-builder'
import {
  AI_OPS_OWNER,
  aBreakGlass,
  aCheck,
  anException,
  aRotation,
  aSignOff,
  aSubmission,
  DEVOPS_LEAD,
  minutesIn,
  nineTokens,
  OPERATOR,
  PRODUCTION,
  RUNBOOK,
  STAGING,
} from '#test/support/rotation-builder'

const AT = minutesIn(140)
const SIGNED = [aSignOff(), aSignOff({ role: 'ai-ops-owner', by: AI_OPS_OWNER })]

/** R42 in a status; `done` is how many steps are done while it is open. */
function rotationIn(status: RotationStatus, done: number): Rotation {
  if (status === 'open') return aRotation({ done })
  return aRotation({
    status,
    done: 5,
    tokens: nineTokens(9),
    signOffs: SIGNED,
    closedAt: status === 'complete' || status === 'aborted' ? minutesIn(135) : null,
    closedReason: status === 'aborted' ? 'no longer needed' : null,
  })
}

interface Action {
  /** How many steps are done when it is tried while the rotation is open; all, where it is left out. */
  done?: number
  act(rotation: Rotation): Decision
}

const SITUATION = { checks: [], results: [], maxAgeMinutes: 15, runbook: RUNBOOK }
const noException = (check: string) => anException({ check, at: AT })
const failing = (check: string) => aCheck(check, 'failed')

const ACTIONS = {
  'complete a step': {
    done: 4,
    act: (rotation) =>
      completeStep(rotation, 'audit-logging', aSubmission('audit-logging', { at: AT }), SITUATION),
  },
  'start the rotation workflow': {
    done: 2,
    act: (rotation) =>
      requestRun(rotation, { kind: 'rotate', system: 'ci', environment: null }, OPERATOR, AT),
  },
  'deploy to an environment before the sign-offs': {
    done: 3,
    act: (rotation) =>
      requestRun(rotation, { kind: 'deploy', system: 'ci', environment: STAGING }, OPERATOR, AT),
  },
  'deploy to an environment after the sign-offs': {
    act: (rotation) =>
      requestRun(rotation, { kind: 'deploy', system: 'ci', environment: PRODUCTION }, OPERATOR, AT),
  },
  sign: {
    act: (rotation) =>
      signOff(rotation, {
        role: 'devops-lead',
        by: 'U0STRANGER',
        at: AT,
        comment: '',
        shownDigest: 'd',
        currentDigest: 'd',
        promotes: true,
      }),
  },
  reject: {
    act: (rotation) =>
      reject(rotation, {
        role: 'devops-lead',
        by: DEVOPS_LEAD,
        at: AT,
        reason: 'look again',
        reopen: ['audit-logging'],
        digest: 'd',
      }),
  },
  withdraw: {
    act: (rotation) =>
      withdrawApproval(rotation, {
        role: 'devops-lead',
        by: DEVOPS_LEAD,
        at: AT,
        reason: 'not today',
        delegateOf: null,
        digest: 'd',
      }),
  },
  'ask for break-glass': {
    done: 3,
    act: (rotation) =>
      requestBreakGlass(
        { ...rotation, trigger: 'credential-anomaly' },
        { by: OPERATOR, at: AT, reason: 'agents are refused' },
        DEFAULT_ENVIRONMENTS,
      ),
  },
  'acknowledge break-glass': {
    done: 3,
    act: (rotation) =>
      acknowledgeBreakGlass(
        { ...rotation, breakGlass: aBreakGlass({ acknowledgedAt: null, acknowledgedBy: null }) },
        { by: DEVOPS_LEAD, at: AT, role: 'devops-lead', delegateOf: null },
      ),
  },
  'deploy before the sign-offs after break-glass': {
    done: 3,
    act: (rotation) =>
      requestRun(
        { ...rotation, breakGlass: aBreakGlass() },
        { kind: 'deploy', system: 'ci', environment: PRODUCTION },
        OPERATOR,
        AT,
      ),
  },
  'roll a token back': {
    act: (rotation) =>
      requestRollback(
        { ...rotation, revoker: 'bot' },
        [aRevocation({ id: 7, revoker: 'bot', versionId: OLD })],
        {
          ids: [7],
          reason: 'the new version is refused',
          by: OPERATOR,
          at: AT,
        },
      ),
  },
  'void the approval': { act: (rotation) => voidApproval(rotation, 'a token was rotated again', AT) },
  'promote an environment': {
    act: (rotation) => promoteEnvironment(rotation, PRODUCTION, DEFAULT_ENVIRONMENTS, SITUATION, AT),
  },
  'record an exception in a step': {
    done: 2,
    act: (rotation) => recordException(rotation, noException('tags-correct'), failing('tags-correct')),
  },
  'record an exception in the promotion': {
    act: (rotation) =>
      recordException(rotation, noException('deployed:production'), failing('deployed:production')),
  },
  'hand it off': { act: (rotation) => handOff(rotation, OPERATOR, AT, 'U0NEWCOMER', '') },
  abort: { act: (rotation) => abortRotation(rotation, OPERATOR, AT, 'a mistake') },
  complete: { act: (rotation) => completeRotation(rotation, [], AT) },
} as const satisfies Record<string, Action>

type ActionName = keyof typeof ACTIONS

const outcomeOf = (act: () => Decision): string => {
  try {
    return act().events.length > 0 ? 'yes' : 'nothing'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

const [Y, N] = ['yes', 'nothing'] as const
const REFUSED = 'break-glass-refused'
const [CLOSED, EARLY, NONE] = ['rotation-closed', 'not-promoting', 'check-needs-no-exception'] as const

/** What each status makes of an action: `yes`, `nothing` when nothing changes, or the refusal. */
type Outcomes = [string, string, string, string, string]

// open, promoting, retiring, complete, aborted
const TABLE: Record<ActionName, Outcomes> = {
  'complete a step': [Y, CLOSED, CLOSED, CLOSED, CLOSED],
  'start the rotation workflow': [Y, CLOSED, CLOSED, CLOSED, CLOSED],
  'deploy to an environment before the sign-offs': [Y, CLOSED, CLOSED, CLOSED, CLOSED],
  'deploy to an environment after the sign-offs': [EARLY, Y, EARLY, CLOSED, CLOSED],
  sign: [Y, CLOSED, CLOSED, CLOSED, CLOSED],
  reject: [Y, CLOSED, CLOSED, CLOSED, CLOSED],
  withdraw: [EARLY, Y, EARLY, CLOSED, CLOSED],
  'ask for break-glass': [Y, REFUSED, REFUSED, CLOSED, CLOSED],
  'acknowledge break-glass': [Y, REFUSED, REFUSED, CLOSED, CLOSED],
  'deploy before the sign-offs after break-glass': [Y, Y, EARLY, CLOSED, CLOSED],
  'roll a token back': [Y, Y, Y, CLOSED, CLOSED],
  'void the approval': [N, Y, N, N, N],
  'promote an environment': [N, Y, N, N, N],
  'record an exception in a step': [Y, NONE, NONE, CLOSED, CLOSED],
  'record an exception in the promotion': [NONE, Y, NONE, CLOSED, CLOSED],
  'hand it off': [Y, Y, Y, CLOSED, CLOSED],
  abort: [Y, Y, Y, CLOSED, CLOSED],
  complete: [N, N, Y, N, N],
}

const NAMES = Object.keys(ACTIONS) as ActionName[]

describe('what a rotation allows', () => {
  const cases = NAMES.flatMap((name) =>
    ROTATION_STATUSES.map((status, column) => ({ name, status, outcome: TABLE[name][column] })),
  )

  it.each(cases)('$name while it is $status: $outcome', ({ name, status, outcome }) => {
    const { act, done = 5 }: Action = ACTIONS[name]
    const rotation = rotationIn(status, done)
    expect(outcomeOf(() => act(rotation))).toBe(outcome)
  })

  it('leaves the rotation as it was where nothing changes', () => {
    for (const { name, status, outcome } of cases.filter((each) => each.outcome === N)) {
      const rotation = rotationIn(status, 5)
      expect(ACTIONS[name].act(rotation), `${name}, ${status}, ${outcome}`).toEqual({ rotation, events: [] })
    }
  })

  it('after the sign-offs, in step 4: no deployment before it is open', () => {
    const environment = PRODUCTION
    for (const done of [0, 3, 4])
      expect(() =>
        requestRun(aRotation({ done }), { kind: 'deploy', system: 'ci', environment }, OPERATOR, AT),
      ).toThrow('not-promoting')
    expect(() =>
      requestRun(
        aRotation({ done: 2 }),
        { kind: 'deploy', system: 'ci', environment: STAGING },
        OPERATOR,
        AT,
      ),
    ).toThrow('step-not-open')
  })
})

describe('a signature', () => {
  const last = (promotes: boolean) =>
    signOff(aRotation({ done: 5, signOffs: [aSignOff({ digest: 'd' })] }), {
      role: 'ai-ops-owner',
      by: AI_OPS_OWNER,
      at: AT,
      comment: '',
      shownDigest: 'd',
      currentDigest: 'd',
      promotes,
    })

  it.each([
    ['promotes what deploys after it', true, 'promoting'],
    ['retires the old versions where nothing deploys after it', false, 'retiring'],
  ])('of the second role %s', (_, promotes, status) => {
    const { rotation, events } = last(promotes)
    expect(rotation).toMatchObject({ status, closedAt: null })
    expect(events.map((event) => event.type)).toEqual(['signed-off', 'rotation-approved'])
  })
})

describe('whose turn it is', () => {
  it.each([
    ['promoting', 'promotion'],
    ['retiring', 'revocations'],
    ['complete', 'closed'],
    ['aborted', 'closed'],
  ] as const)('while it is %s: %s', (status, kind) => {
    expect(turnOf(rotationIn(status, 5))).toEqual({ kind })
  })
})
