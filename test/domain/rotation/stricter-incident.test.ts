import { describe, expect, it } from 'vitest'
import type { Rotation, Severity, Trigger } from '#domain/rotation/rotation'
import { type Strictness, stricterOf } from '#domain/rotation/stricter-incident'

type Open = Pick<Rotation, 'trigger' | 'severity' | 'disableNowBy'>

const wanted = (trigger: Trigger, severity: Severity, disableNowBy: string | null = null): Strictness => ({
  trigger,
  severity,
  disableNowBy,
})
const open = (
  trigger: Trigger,
  severity: Severity | null = null,
  disableNowBy: string | null = null,
): Open => ({ trigger, severity, disableNowBy })

const LEAK_P1 = wanted('credential-anomaly', 'P1')
const HIT_P2 = wanted('policy-hit', 'P2')

describe('an incident that takes the place of open rotations', () => {
  it.each<[string, Strictness, Open[], Strictness]>([
    ['alone is as strict as it was reported', HIT_P2, [], HIT_P2],
    ['stays as it is beside a routine rotation', HIT_P2, [open('cadence'), open('manual')], HIT_P2],
    ['becomes as strict as an anomaly before it', HIT_P2, [open('credential-anomaly', 'P1')], LEAK_P1],
    ['makes a policy hit before it an anomaly', LEAK_P1, [open('policy-hit', 'P2')], LEAK_P1],
    [
      'takes the severity of one and the trigger of the other',
      wanted('credential-anomaly', 'P3'),
      [open('policy-hit', 'P1')],
      LEAK_P1,
    ],
    [
      'takes the strictest of several',
      wanted('policy-hit', 'P3'),
      [open('policy-hit', 'P2'), open('credential-anomaly', 'P3'), open('manual')],
      wanted('credential-anomaly', 'P2'),
    ],
    ['learns nothing from a drill', HIT_P2, [open('chaos-drill', 'P1')], HIT_P2],
    [
      'keeps who decided to disable the old versions at once',
      HIT_P2,
      [open('credential-anomaly', 'P1', 'U0ONCALL')],
      wanted('credential-anomaly', 'P1', 'U0ONCALL'),
    ],
    [
      'disables at once what the earlier one would have disabled later',
      wanted('credential-anomaly', 'P1', 'U0OPERATOR'),
      [open('credential-anomaly', 'P1')],
      wanted('credential-anomaly', 'P1', 'U0OPERATOR'),
    ],
  ])('%s', (_, report, before, kept) => {
    expect(stricterOf(report, before)).toEqual(kept)
  })
})
