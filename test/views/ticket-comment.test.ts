import { describe, expect, it } from 'vitest'
import { divide, type RichDocument } from '#domain/ports/document'
import { linkEvidence } from '#domain/rotation/evidence'
import type { LogEvent } from '#domain/rotation/rotation-log'
import { linksInMarkdown, toMarkdown } from '#integrations/github/markdown'
import { linksInAdf, toAdf } from '#integrations/jira/adf'
import { isDocument } from '#sandbox/jira/adf-problems'
import type { RotationState } from '#views/state'
import { logParagraph, ticketComment } from '#views/ticket-comment'
import { HOSTILE_TEXTS, hostileStates } from '../support/hostile.ts'
import {
  aFinishedState,
  anApprovedState,
  anException,
  aSignOff,
  NOW,
  names,
} from '../support/rotation-builder.ts'

const HEAD = { count: 17, hash: 'ab'.repeat(32) }
const commentOn = (state: RotationState, event: LogEvent = 'validated', who = names): RichDocument =>
  ticketComment(state, who, { event, at: NOW, head: HEAD })

const link = (url: string) => linkEvidence(url, url)

describe('the report to the ticket', () => {
  it('lists what was checked, confirmed and overridden, with every link', () => {
    const state = aFinishedState({
      rotation: {
        done: 5,
        reason: 'the cadence is due',
        completions: {
          'automation-health': { evidence: [link('https://ci.example/1')], notes: 'the last run was green' },
          'integration-verification': { evidence: [link('https://grafana.example/d?a=1&b=2')] },
        },
        exceptions: [anException({ proof: [link('https://issuer.example/17')] })],
      },
    })
    const markdown = toMarkdown(commentOn(state))
    for (const words of [
      '### R42 validated',
      'Manual rotation',
      'On-call operator',
      'the cadence is due',
      '**production:** 3 tokens',
      '**✓ Metadata is complete:** passed',
      'confirmed by a person: Confirm metadata',
      'the last run was green',
      'Revoked the old version of evaluator/staging by hand.',
      'agentctl tokens revoke evaluator/staging --version 7f3a',
      `\`17:${HEAD.hash}\``,
    ])
      expect(markdown.replaceAll('\\', '')).toContain(words)
    const wanted = ['https://ci.example/1', 'https://grafana.example/d?a=1&b=2', 'https://issuer.example/17']
    expect(linksInMarkdown(markdown)).toEqual(expect.arrayContaining(wanted))
    expect(linksInAdf(toAdf(commentOn(state)))).toEqual(expect.arrayContaining(wanted))
  })

  it('has no address in its texts that Jira turns into a link', () => {
    const text = 'ask mail@evil.com, www.evil.com or https://evil.com'
    const adf = toAdf([
      { kind: 'heading', text },
      { kind: 'paragraph', spans: [{ kind: 'text', text }] },
      { kind: 'paragraph', spans: [{ kind: 'link', text, url: 'javascript:evil.com' }] },
    ])
    expect(JSON.stringify(adf)).not.toMatch(/evil\.com|www\.|mail@evil|https:\/\/evil/)
    expect(linksInAdf(adf)).toEqual([])
  })

  it('names people with their ids, whatever name they gave themselves', () => {
    const markdown = toMarkdown(commentOn(anApprovedState(), 'approved', () => 'devops-lead (U0OTHER)'))
    for (const id of ['U0OPERATOR', 'U0DEVOPSLEAD', 'U0AIOPSOWNER']) expect(markdown).toContain(`(${id})`)
    expect(markdown).not.toContain('(U0OTHER)')
  })

  it('tells how it ended', () => {
    const approved = toMarkdown(commentOn(anApprovedState(), 'approved'))
    expect(approved).toContain('### R42 approved by both roles')
    expect(approved).toMatch(/\*\*DevOps lead\\:\*\* approved by DevOps lead/)
    const rejection = aSignOff({
      decision: 'rejected',
      comment: 'the dashboard is red',
      reopened: ['audit-logging'],
    })
    const rejected = aFinishedState({ rotation: { done: 4, round: 2, signOffs: [rejection] } })
    expect(toMarkdown(commentOn(rejected, 'rejected'))).toContain('the dashboard is red')
    const aborted = aFinishedState({
      rotation: { status: 'aborted', closedAt: NOW, closedReason: 'wrong scope' },
    })
    expect(toMarkdown(commentOn(aborted, 'aborted'))).toContain('wrong scope')
  })

  it('says where the log is, or that it is not there yet', () => {
    expect(linksInMarkdown(toMarkdown([logParagraph('https://github.example/log.md')]))).toHaveLength(1)
    expect(toMarkdown([logParagraph(null)])).toContain('not committed yet')
  })
})

describe.each(Object.entries(HOSTILE_TEXTS))('with %s', (_, words) => {
  it.each(Object.entries(hostileStates(words)))(
    'the report on the %s rotation fits, and keeps every link',
    (__, state) => {
      const document = commentOn(state, 'validated', () => words)
      const given = state.rotation.steps.flatMap((step) => step.completion?.evidence ?? [])
      const urls = given.flatMap(({ url }) => (url?.startsWith('https:') ? [url] : []))

      const parts = divide(document, (part) => toMarkdown(part).length + 2, 60_000).map(toMarkdown)
      for (const part of parts) expect(part.length).toBeLessThanOrEqual(60_000)
      expect(parts.flatMap(linksInMarkdown)).toEqual(expect.arrayContaining(urls.map((url) => url.trim())))

      const size = (part: RichDocument) => JSON.stringify(toAdf(part).content).length
      const adf = divide(document, size, 30_000).map(toAdf)
      for (const part of adf) {
        expect(JSON.stringify(part).length).toBeLessThanOrEqual(32_000)
        expect(isDocument(part)).toBe(true)
      }
      expect(adf.flatMap(linksInAdf)).toEqual(expect.arrayContaining(urls))
      expect(JSON.stringify(adf)).not.toMatch(/[\u202A-\u202E\u2066\u2067]/)
    },
  )
})
