import { describe, expect, it } from 'vitest'
import { card } from '#views/card'
import { environmentsLine } from '#views/environments'
import { deployment, only, passed, promoting, withEnvironments } from '../support/promotion-builder.ts'
import { actionIdsOf, buttonsOf, wordsOf } from '../support/read-view.ts'
import { aRevocation } from '../support/revocation-builder.ts'
import {
  aCheck,
  anException,
  aRun,
  aState,
  aToken,
  NOW,
  names,
  nineTokens,
  PRODUCTION,
  SANDBOX,
  STAGING,
} from '../support/rotation-builder.ts'

describe('the line of the environments', () => {
  const lineOf = (state: ReturnType<typeof aState>) =>
    environmentsLine(state).replaceAll(/[\u2066-\u2069]/g, '')

  it.each<[string, ReturnType<typeof aState>, string]>([
    [
      'nothing was deployed',
      withEnvironments(),
      'sandbox – not deployed yet · staging – not deployed yet · production – after the sign-offs',
    ],
    [
      'one is verified, one deployed and one waits',
      withEnvironments({ runs: [aRun({ kind: 'deploy' })] }, { checks: passed('sandbox') }),
      'sandbox ✓ verified · staging … deployed, not verified yet · production – after the sign-offs',
    ],
    [
      'one is being deployed and one failed',
      withEnvironments({
        runs: [
          aRun({ kind: 'deploy', environment: 'sandbox', state: 'running' }),
          aRun({ kind: 'deploy', attempt: 2, state: 'failed', conclusion: 'failure' }),
        ],
      }),
      'sandbox … being deployed · staging ✗ deployment failed · production – after the sign-offs',
    ],
    [
      'an exception was recorded',
      withEnvironments(
        { exceptions: [anException({ check: 'deployed:sandbox' })] },
        { checks: [...passed('sandbox').slice(1), aCheck('deployed:sandbox', 'failed')] },
      ),
      'sandbox ⚠ verified with an exception · staging',
    ],
    ['it is promoted', promoting(), 'production – not deployed yet'],
    [
      'one is promoted',
      promoting({ status: 'retiring', promoted: [{ environment: 'production', at: NOW }] }),
      'production ✓ verified',
    ],
    [
      'one is promoted with an exception, also in a later round',
      promoting({
        round: 2,
        exceptions: [anException({ check: 'deployed:production' })],
        promoted: [{ environment: 'production', at: NOW }],
      }),
      'production ⚠ verified with an exception',
    ],
    [
      'only production is in scope',
      withEnvironments({ tokens: only('production') }),
      '*Environments:* staging ⚠ no token in scope · production – after the sign-offs',
    ],
    [
      'only staging is in scope',
      withEnvironments({ tokens: only('staging') }),
      '*Environments:* staging – not deployed yet',
    ],
    [
      'no check is known of it',
      aState({ definitions: [] }),
      'sandbox – not deployed yet · staging – not deployed yet',
    ],
  ])('when %s', (_, state, line) => {
    expect(lineOf(state)).toContain(line)
    expect(wordsOf(card(state, names, NOW)).replaceAll(/[\u2066-\u2069]/g, '')).toContain(
      line.replaceAll('*', ''),
    )
  })
})

describe('a promotion on the card', () => {
  const ALWAYS = ['escalate', 'handoff', 'abort', 'show-timeline']
  const shown = (state: ReturnType<typeof aState>) => {
    const view = card(state, names, NOW)
    return { words: wordsOf(view), text: view.text, actions: actionIdsOf(view), buttons: buttonsOf(view) }
  }

  it('begins with the deployment', () => {
    const { words, text, actions, buttons } = shown(promoting())
    expect(words).toContain('Promotion to production')
    // Before the deployment there is nothing to check.
    expect(words).not.toContain('Agents work in production')
    expect(text).toContain('· signed ·')
    expect(text).toContain('waiting for On-call operator: deploy to production')
    expect(actions).toEqual(['deploy:production', 'withdraw', ...ALWAYS])
    expect(buttons[0]).toMatchObject({
      text: { text: 'Deploy to production' },
      style: 'primary',
      value: 'R42',
    })
  })

  it('has no button while the deployment runs', () => {
    const { words, actions } = shown(
      promoting({ runs: [deployment({ state: 'running', conclusion: null })] }),
    )
    expect(words).toContain('Promotion to production · Deployment to production: running')
    expect(actions).toEqual(['withdraw', ...ALWAYS])
  })

  it('deploys again after a failure', () => {
    const { words, actions, buttons } = shown(
      promoting({ runs: [deployment({ state: 'failed', conclusion: 'failure' })] }),
    )
    expect(words).toContain('Deployment to production: failed · run 8812')
    expect(actions).toEqual(['deploy:production', 'withdraw', ...ALWAYS])
    expect(buttons[0]).toMatchObject({ text: { text: 'Deploy to production again' }, style: 'primary' })
  })

  it('is verified after the deployment, with what failed and what to do', () => {
    const state = promoting(
      { runs: [deployment()] },
      { checks: [aCheck('deployed:production'), aCheck('agents-work:production', 'failed')] },
    )
    const { words, text, actions, buttons } = shown(state)
    expect(words).toContain('✓ Deployed to production – passed: 9 of 9 tokens are as they should be.')
    expect(words).toContain(
      '✗ Agents work in production – failed: evaluator/staging is not as it should be. → Run the workflow again',
    )
    expect(text).toContain('waiting for On-call operator: verify production')
    expect(actions).toEqual([
      'verify:production',
      'deploy:production',
      'withdraw',
      'record-manual-step',
      ...ALWAYS,
    ])
    expect(buttons.slice(0, 2)).toMatchObject([
      { text: { text: 'Verify production' }, style: 'primary' },
      { text: { text: 'Deploy to production again' } },
    ])
    expect(buttons[1]).not.toHaveProperty('style')
  })

  it('offers a manual step again when an exception is of before a withdrawal', () => {
    const checks = [aCheck('deployed:production'), aCheck('agents-work:production', 'failed')]
    const exceptions = [anException({ check: 'agents-work:production' })]
    const runs = [deployment()]
    expect(shown(promoting({ runs, exceptions }, { checks })).actions).not.toContain('record-manual-step')
    expect(shown(promoting({ runs, exceptions, round: 2 }, { checks })).actions).toContain(
      'record-manual-step',
    )
  })

  it('has no deployment where agents read the secret while they run', () => {
    const environments = [SANDBOX, STAGING, { ...PRODUCTION, takes: 'runtime' as const }]
    const { actions } = shown(promoting({}, { environments }))
    expect(actions).toEqual(['verify:production', 'withdraw', ...ALWAYS])
  })

  it('has one block for each environment that is left, and the buttons of the first one', () => {
    const eu = { ...PRODUCTION, name: 'eu' }
    const tokens = [...nineTokens(9), ...only('production').map((token) => ({ ...token, environment: 'eu' }))]
    const environments = [SANDBOX, STAGING, PRODUCTION, eu]
    const { words, actions, buttons } = shown(promoting({ tokens }, { environments }))
    expect(words).toMatch(/Promotion to production[\s\S]*Promotion to eu/)
    expect(actions.slice(0, 2)).toEqual(['deploy:production', 'withdraw'])
    expect(buttons.map(({ style }) => style).slice(0, 2)).toEqual(['primary', undefined])
    const promoted = [{ environment: 'production', at: NOW }]
    const later = shown(promoting({ tokens, promoted }, { environments }))
    expect(later.words).not.toContain('Promotion to production')
    expect(later.actions.slice(0, 2)).toEqual(['deploy:eu', 'withdraw'])
  })

  it('shows the next three of many, in order, and names the others', () => {
    const environments = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ ...PRODUCTION, name }))
    const tokens = environments.map(({ name }) => aToken({ agent: 'evaluator', environment: name }))
    const { words, text, actions } = shown(promoting({ tokens }, { environments }))
    expect(words.match(/Promotion to ./g)).toEqual(['Promotion to a', 'Promotion to b', 'Promotion to c'])
    expect(words).toContain('Promoted after these: d and e')
    expect(text).toContain('deploy to a; after that, deploy to b, deploy to c, deploy to d and 1 more')
    expect(actions).toEqual(['deploy:a', 'withdraw', ...ALWAYS])
    const promoted = [{ environment: 'a', at: NOW }]
    expect(shown(promoting({ tokens, promoted }, { environments })).words).toContain(
      'Promoted after these: e',
    )
  })

  it.each(['open', 'retiring', 'complete', 'aborted'] as const)('is not there while it is %s', (status) => {
    const { words, actions } = shown(promoting({ status }))
    expect(words).not.toContain('Promotion to')
    expect(actions).not.toContain('deploy:production')
    expect(actions).not.toContain('withdraw')
  })

  it('is followed by the old versions', () => {
    const { text } = shown(promoting({ status: 'retiring' }, { revocations: [aRevocation()] }))
    expect(text).toContain('waiting for the revocation of the old versions: 0 of 1 old version revoked')
  })
})
