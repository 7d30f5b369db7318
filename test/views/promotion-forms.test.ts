import { describe, expect, it } from 'vitest'
import { approvalNotice } from '#views/approval-notice'
import { deployModal } from '#views/deploy-modal'
import { parseViewMetadata } from '#views/metadata'
import { withdrawModal } from '#views/withdraw-modal'
import { HOSTILE_TEXTS } from '../support/hostile.ts'
import { only, promoting } from '../support/promotion-builder.ts'
import { inputsOf, wordsOf } from '../support/read-view.ts'
import { aRevocation } from '../support/revocation-builder.ts'
import { minutesIn, NOW, names, OPERATOR } from '../support/rotation-builder.ts'

describe('the form that deploys', () => {
  it('says what starts, for whom, and that nothing else does', () => {
    const view = deployModal(promoting(), 'production', NOW)
    expect(view).toMatchObject({ callback_id: 'deploy', submit: { text: 'Deploy' } })
    expect(parseViewMetadata(view.private_metadata)).toEqual({ rotation: 'R42', environment: 'production' })
    const words = wordsOf(view)
    expect(words).toContain('Deploy to production')
    expect(words).toContain('its agents get the new tokens: 3 tokens: production')
    expect(words).toContain('nothing else is deployed')
  })

  it.each(Object.entries(HOSTILE_TEXTS))('is inert with %s', (_, text) => {
    expect(JSON.stringify(deployModal(promoting(), text, NOW).blocks)).not.toMatch(
      /<!(channel|here|everyone)|<@U/,
    )
  })
})

describe('the form that withdraws', () => {
  it('asks for a reason, and says what follows', () => {
    const view = withdrawModal(promoting())
    expect(view).toMatchObject({ callback_id: 'withdraw', submit: { text: 'Withdraw approval' } })
    expect(parseViewMetadata(view.private_metadata)).toEqual({ rotation: 'R42' })
    expect(Object.keys(inputsOf(view))).toEqual(['reason'])
    expect(inputsOf(view).reason?.optional ?? false).toBe(false)
    expect(wordsOf(view)).toContain('both roles must sign again')
    expect(wordsOf(view)).toContain('A deployment that is running is followed to its end')
  })
})

describe('the notice of the approval', () => {
  it('says who signed, what to deploy, and that it is not complete yet', () => {
    const state = promoting({}, { revocations: [aRevocation()] })
    const { text, blocks } = approvalNotice(state, names, NOW)
    const words = wordsOf({ text, blocks })
    expect(text).toBe('R42 signed by both roles: 9 tokens: production, staging, sandbox')
    expect(words).toContain('Signed by DevOps lead as delegate of U0LEAD and AI Ops owner')
    expect(words).toContain('Deploy now to production, with the button on the card.')
    expect(words).toMatch(/Deploy before 2026-11-24 09:32 UTC \(in 22 h\), the old tokens’ deadline\./)
    expect(words).toContain('1 old version still to be revoked, by 2026-11-24 09:32 UTC')
    expect(words).toContain('The completion notice follows when every old version is revoked.')
    expect(words).toContain('Card and thread')
  })

  it('says what was deployed once it was, and when it no longer applies', () => {
    const done = promoting({
      status: 'retiring',
      promoted: [{ environment: 'production', at: minutesIn(120) }],
    })
    const words = wordsOf(approvalNotice(done, names, NOW))
    expect(words).toContain('nothing left to deploy')
    expect(words).toContain('Deployed and verified: production 2026-11-23 11:02 UTC.')
    expect(words).not.toContain('Deploy now')
    const open = wordsOf(approvalNotice(promoting({ status: 'open' }), names, NOW))
    expect(open).toContain('R42: the approval no longer applies, both roles must sign again')
    expect(open).not.toContain('Signed by')
  })

  it('asks for no deployment where nothing is promoted', () => {
    const state = promoting({ status: 'retiring', tokens: only('staging') }, { permalink: null })
    const words = wordsOf(approvalNotice(state, names, minutesIn(130)))
    expect(words).not.toContain('Deploy now')
    expect(words).not.toContain('Card and thread')
    expect(words).toContain('signed by both roles')
    expect(words).not.toContain(OPERATOR)
  })
})
