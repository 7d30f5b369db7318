import { describe, expect, it } from 'vitest'
import type { Delivery } from '#checks/check'
import { ticketUpdated } from '#checks/ticket-updated'
import type { Ticket, TicketComment } from '#domain/ports/systems'
import { linkEvidence } from '#domain/rotation/evidence'
import { NotReadable } from '#domain/tokens/secret'
import { aCheckInput } from '#test/support/check-input'
import { anException, aRotation, aRun, minutesIn, type RotationParts } from '#test/support/rotation-builder'

const TICKET: Ticket = { name: '#1', url: 'https://github.example/issues/1', open: true }
const comment = (...links: string[]): TicketComment => ({
  url: 'https://github.example/issues/1#comment-7',
  links,
})
const link = (url: string) => linkEvidence(url, url)

const DASHBOARD = 'https://grafana.example/d/1?a=1&b=2'
const PROOF = 'https://issuer.example/audit/17'
const OWN = 'https://shots.example/5'

const PARTS: RotationParts = {
  done: 5,
  completions: {
    'integration-verification': { evidence: [link(DASHBOARD)] },
    'audit-logging': { evidence: [link(OWN)] },
  },
  exceptions: [anException({ proof: [link(PROOF)] })],
}

const verdictOn = (
  found: { ticket: Ticket | null; comment: TicketComment | null },
  delivery: Delivery = 'done',
) =>
  ticketUpdated.run(
    aCheckInput({ rotation: aRotation(PARTS), readTicket: async () => ({ ...found, delivery }) }),
  )

describe('the ticket is updated', () => {
  it('when it is open and has every link of the steps before', async () => {
    const verdict = await verdictOn({
      ticket: TICKET,
      comment: comment('https://more.example', PROOF, DASHBOARD),
    })
    expect(verdict).toMatchObject({
      state: 'passed',
      sentence: 'The ticket #1 is open and has the report with 2 evidence links, 2 of them added by people',
      evidence: [{ url: 'https://github.example/issues/1#comment-7' }],
    })
  })

  it('with the logs of runs where people added no link, and says so', async () => {
    const run = aRun({ url: 'https://github.example/runs/8812' })
    const later = aRun({
      kind: 'deploy',
      attempt: 2,
      url: 'https://github.example/runs/9',
      finishedAt: minutesIn(90),
    })
    const input = (links: string[]) =>
      aCheckInput({
        rotation: aRotation({ done: 4, runs: [run, later] }),
        readTicket: async () => ({ ticket: TICKET, comment: comment(...links), delivery: 'done' as const }),
      })
    const verdict = await ticketUpdated.run(input(['https://github.example/runs/8812']))
    expect(verdict.sentence).toContain('with 1 evidence link, none of them added by people')
    expect(await ticketUpdated.run(input([]))).toMatchObject({ state: 'failed' })
  })

  it('by inference where nobody linked anything: a person confirms what it does not show', async () => {
    const readTicket = async () => ({ ticket: TICKET, comment: comment(), delivery: 'done' as const })
    const verdict = await ticketUpdated.run(aCheckInput({ rotation: aRotation({ done: 4 }), readTicket }))
    expect(verdict).toMatchObject({ state: 'passed', advice: expect.stringContaining('yourself') })
    expect(verdict.sentence).toContain('without an evidence link')
  })

  it.each<[string, Ticket | null, TicketComment | null, string]>([
    ['there is none', null, null, 'The ticket does not exist'],
    ['it is closed', { ...TICKET, open: false }, comment(PROOF, DASHBOARD), 'The ticket #1 is closed'],
    ['it has no report', TICKET, null, 'does not have the newest report'],
    ['the report lost a link', TICKET, comment(PROOF), `lacks 1 of 2 evidence links: ${DASHBOARD}`],
    ['a link was changed', TICKET, comment(PROOF, `${DASHBOARD}x`), 'lacks 1 of 2'],
    ['the report lost a proof', TICKET, comment(DASHBOARD), `lacks 1 of 2 evidence links: ${PROOF}`],
  ])('not when %s', async (_, ticket, found, words) => {
    const verdict = await verdictOn({ ticket, comment: found })
    expect(verdict).toMatchObject({ state: 'failed', advice: expect.stringMatching(/\S/) })
    expect(verdict.sentence).toContain(words)
  })

  it.each<[Delivery, RegExp]>([
    ['none', /before the bot reported to tickets/],
    ['waiting', /writes it automatically; wait/],
    ['done', /deleted from the ticket: record a manual step/],
  ])('advises what to do when the report is missing, delivery: %s', async (delivery, advice) => {
    const verdict = await verdictOn({ ticket: TICKET, comment: null }, delivery)
    expect(verdict).toMatchObject({ state: 'failed', advice: expect.stringMatching(advice) })
  })

  it('is unknown when the tickets cannot be read', async () => {
    const readTicket = () => Promise.reject(new NotReadable('GitHub answered 503'))
    await expect(ticketUpdated.run(aCheckInput({ readTicket }))).rejects.toThrow(NotReadable)
  })
})
