import { describe, expect, it } from 'vitest'
import { Refusal } from '#domain/rotation/refusal'
import type { Windows } from '#domain/time/windows'
import { approvalNotice } from '#views/approval-notice'
import { card } from '#views/card'
import { deployModal } from '#views/deploy-modal'
import { messageModal } from '#views/message-modal'
import { parseViewMetadata } from '#views/metadata'
import { wordRefusal } from '#views/refusal'
import { signOffModal } from '#views/sign-off-modal'
import { stepModal } from '#views/step-modal'
import { threadLine } from '#views/thread'
import { HOSTILE_TEXTS } from '../support/hostile.ts'
import { deployment, passed, promoting, withEnvironments } from '../support/promotion-builder.ts'
import { actionIdsOf, inputsOf, wordsOf } from '../support/read-view.ts'
import { ANY_TIME, aFinishedState, aRun, NOW, names, OPERATOR } from '../support/rotation-builder.ts'

// NOW is a Monday, 11:02 UTC.
const TUESDAYS = { days: ['tue'], from: '09:00', to: '15:00' } as const
const windows: Windows = { ...ANY_TIME, deploy: { production: TUESDAYS, staging: TUESDAYS } }
const frozen: Windows = {
  ...ANY_TIME,
  freezes: [{ from: '2026-11-22', to: '2026-11-24', reason: 'Holidays' }],
}
const never: Windows = {
  ...ANY_TIME,
  freezes: [{ from: '2026-11-22', to: '2099-11-24', reason: 'Shut down' }],
}
const INCIDENT = { trigger: 'policy-hit', severity: 'P1' } as const

const TUESDAY = '<!date^1795510800^{date_short_pretty} {time}|2026-11-24 09:00 UTC>'
const WEDNESDAY = '2026-11-25 00:00 UTC'

describe('the card while a window is closed', () => {
  const shown = (...parts: Parameters<typeof promoting>) => {
    const view = card(promoting(...parts), names, NOW)
    return { raw: JSON.stringify(view), words: wordsOf(view), actions: actionIdsOf(view) }
  }

  it('says when production may be deployed to, and has no button that would be refused', () => {
    const { raw, words, actions } = shown({}, { windows })
    expect(raw).toContain(`… *Deploy to production:* from ${TUESDAY}`)
    expect(words).toContain('Promotion to production')
    expect(actions).toEqual(['withdraw', 'escalate', 'handoff', 'abort'])
  })

  it('names the freeze', () => {
    const { words, actions } = shown({ revoker: 'bot' }, { windows: frozen })
    expect(words).toContain('Deploy to production: from 2026-11-25 00:00 UTC (frozen: Holidays)')
    expect(actions).not.toContain('deploy:production')
    expect(shown({}, { windows: never }).words).toContain(
      'Deploy to production: not within a year; change windows or freeze in the configuration (frozen: Shut down)',
    )
  })

  it('keeps the button where the issuer revokes the old tokens before that', () => {
    const { words, actions } = shown({ revoker: 'workflow' }, { windows: frozen })
    expect(words).toContain('before then it needs a reason')
    expect(actions).toContain('deploy:production')
  })

  it('has the button when the window is open', () => {
    const view = card(promoting({}, { windows }), names, '2026-11-24T09:00:00.000Z')
    expect(actionIdsOf(view)[0]).toBe('deploy:production')
    expect(wordsOf(view)).not.toContain('Deploy to production: from')
  })

  it('still verifies what was deployed, and says nothing while a deployment runs', () => {
    const { actions } = shown({ runs: [deployment()] }, { windows, checks: passed('staging') })
    expect(actions.slice(0, 2)).toEqual(['verify:production', 'withdraw'])
    const running = shown({ runs: [deployment({ state: 'running', conclusion: null })] }, { windows })
    expect(running.words).not.toContain('Deploy to production: from')
  })

  it('keeps the button of an incident, and says that the form asks for a reason', () => {
    const { words, actions } = shown(INCIDENT, { windows })
    expect(actions[0]).toBe('deploy:production')
    expect(words).toContain('before then it needs a reason, which the form asks for')
  })
})

describe('step 4 while a window is closed', () => {
  const shown = (rotation = {}) => {
    const view = stepModal(withEnvironments(rotation, { windows }), 'integration-verification', names, NOW)
    return { words: wordsOf(view), actions: actionIdsOf(view) }
  }

  it('deploys where it may, and says when it may elsewhere', () => {
    const { words, actions } = shown()
    expect(actions).toContain('deploy:sandbox')
    expect(actions).not.toContain('deploy:staging')
    expect(words).toContain('Deploy to staging: from 2026-11-24 09:00 UTC')
    expect(words).not.toContain('Deploy to sandbox: from')
  })

  it('deploys an incident everywhere', () => {
    expect(shown(INCIDENT).actions).toEqual(expect.arrayContaining(['deploy:sandbox', 'deploy:staging']))
  })
})

describe('the form that deploys while the window is closed', () => {
  it('asks why the incident does not wait', () => {
    const view = deployModal(promoting(INCIDENT, { windows }), 'production', NOW)
    expect(Object.keys(inputsOf(view))).toEqual(['reason'])
    expect(inputsOf(view).reason?.optional ?? false).toBe(false)
    expect(wordsOf(view)).toContain('It may be deployed to from 2026-11-24 09:00 UTC')
    expect(wordsOf(view)).toContain('Both roles have signed')
  })

  it('asks for nothing when it is open, and says on which step it is', () => {
    const open = deployModal(promoting(INCIDENT, { windows }), 'production', '2026-11-24T09:00:00.000Z')
    expect(inputsOf(open)).toEqual({})
    const step = deployModal(
      withEnvironments(INCIDENT, { windows }),
      'staging',
      NOW,
      'integration-verification',
    )
    expect(parseViewMetadata(step.private_metadata)).toEqual({
      rotation: 'R42',
      environment: 'staging',
      step: 'integration-verification',
    })
    expect(wordsOf(step)).not.toContain('Both roles have signed')
  })
})

describe('the notice of the approval while a window is closed', () => {
  it('says from when instead of now', () => {
    const words = wordsOf(approvalNotice(promoting({}, { windows: frozen }), names, NOW))
    expect(words).not.toContain('Deploy now')
    expect(words).toContain(`Deploy to production: from ${WEDNESDAY} (frozen: Holidays)`)
  })
})

describe('a deployment that did not wait', () => {
  const runs = [aRun({ kind: 'deploy', windowReason: 'the token is being used' })]

  it('comes before the steps for those who sign', () => {
    const words = wordsOf(
      signOffModal(aFinishedState({ rotation: { done: 5, runs } }), { role: 'devops-lead' }, names, NOW),
    )
    const detail = words.indexOf('⚠ Deployment to staging while the window was closed, On-call operator')
    expect(words.slice(detail)).toContain('the token is being used')
    expect(detail).toBeGreaterThan(0)
    expect(detail).toBeLessThan(words.indexOf('1 Inventory review'))
    const clean = wordsOf(signOffModal(aFinishedState(), { role: 'devops-lead' }, names, NOW))
    expect(clean).not.toContain('window was closed')
  })

  it('has its reason in the thread', () => {
    const line = (data: { windowReason?: string }) =>
      threadLine(
        {
          type: 'run-requested',
          rotationId: 42,
          actor: OPERATOR,
          at: NOW,
          data: { kind: 'deploy', attempt: 1, environment: 'production', ...data },
        },
        names,
      )
    expect(line({ windowReason: 'a <!channel> token' })).toContain(
      'Deployment to production · ⚠ while its window was closed: a &lt;!channel&gt; token',
    )
    expect(line({})).not.toContain('window')
  })
})

describe('a refusal for a window', () => {
  const barred = { freeze: null, next: '2026-11-24T09:00:00.000Z' }
  const word = (environment: string | null, parts = {}) =>
    wordRefusal(new Refusal('window-closed', { environment, ...barred, ...parts }), names)

  it('says why, and when it is possible', () => {
    expect(word(null)).toBe(
      'No rotation is started now: the window is closed. The next possible time is 2026-11-24 09:00 UTC. If a token may have leaked, use /rotation incident, which never waits.',
    )
    expect(word('production', { freeze: frozen.freezes[0] })).toContain(
      'Nothing is deployed to production now: 2026-11-22 to 2026-11-24 is frozen (Holidays). The next possible time',
    )
    expect(word('production', { next: null })).toContain(
      'There is none within a year: change windows or freeze',
    )
  })

  it('shows its time in the reader’s zone in a modal', () => {
    expect(JSON.stringify(messageModal('Start', word(null)))).toContain(TUESDAY)
  })

  it.each(Object.entries(HOSTILE_TEXTS))('is inert with the reason of a freeze that is %s', (_, reason) => {
    const [freeze] = frozen.freezes
    const hostile = { ...ANY_TIME, freezes: [{ from: '2026-11-22', to: '2026-11-24', ...freeze, reason }] }
    const seen = JSON.stringify([
      card(promoting({}, { windows: hostile }), names, NOW),
      deployModal(promoting(INCIDENT, { windows: hostile }), 'production', NOW),
      messageModal('x', word(null, { freeze: hostile.freezes[0] })),
    ])
    expect(seen.replaceAll('<@U0OPERATOR>', '')).not.toMatch(/<!(channel|here|everyone)|<@U/)
  })
})
