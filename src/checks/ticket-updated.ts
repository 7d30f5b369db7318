import { linkEvidence } from '#domain/rotation/evidence'
import type { Rotation, Run } from '#domain/rotation/rotation'
import { type Check, type Delivery, failed, passed } from './check.ts'

/** Advice when the report is missing. */
const MISSING: Record<Delivery, string> = {
  none: 'Step 4 was completed before the bot reported to tickets: record a manual step with proof.',
  waiting: 'The bot writes it automatically; wait a moment, then run the checks again.',
  done: 'It was deleted from the ticket: record a manual step that links its replacement.',
}
const REOPEN = 'Reopen the ticket, then run the checks again.'
const LINK = 'Add a link to the evidence to the ticket yourself, and confirm that you did.'
const RESTORE =
  'Restore the removed links (they are in the card’s thread), or record a manual step with proof.'

/**
 * The ticket is open and has this rotation's newest report, read back, with every evidence link of the
 * earlier steps and a link to each run's log.
 */
export const ticketUpdated: Check = {
  id: 'ticket-updated',
  step: 'audit-logging',
  title: 'Ticket updated',
  how: 'reads the comment back from the ticket',
  backs: 'ticket',
  async run({ rotation, readTicket }) {
    const { ticket, comment, delivery } = await readTicket()
    if (!ticket) return failed('The ticket does not exist', 'Create it, then run the checks again.')
    if (!ticket.open)
      return failed(`The ticket ${ticket.name} is closed`, REOPEN, [linkEvidence(ticket.name, ticket.url)])
    if (!comment)
      return failed(
        `The ticket ${ticket.name} does not have the newest report of this rotation`,
        MISSING[delivery],
        [linkEvidence(ticket.name, ticket.url)],
      )
    const evidence = [linkEvidence(`comment on ${ticket.name}`, comment.url)]
    const given = evidenceUrls(rotation)
    const wanted = [...new Set([...given, ...runUrls(rotation)])]
    const missing = wanted.filter((url) => !comment.links.includes(url))
    if (missing.length > 0)
      return failed(
        `The report on ${ticket.name} lacks ${missing.length} of ${wanted.length} evidence links: ${missing[0]}`,
        RESTORE,
        evidence,
      )
    const has = `The ticket ${ticket.name} is open and has the report`
    if (wanted.length === 0) return { ...passed(`${has}, without an evidence link`, evidence), advice: LINK }
    const links = wanted.length === 1 ? '1 evidence link' : `${wanted.length} evidence links`
    return passed(`${has} with ${links}, ${given.length || 'none'} of them added by people`, evidence)
  },
}

/** The logs of the runs that had succeeded when the report was written. */
const runUrls = ({ steps, runs }: Rotation): string[] => {
  const reported = steps.find(({ id }) => id === 'integration-verification')?.completion?.at ?? ''
  const isReported = ({ kind, state, finishedAt }: Run) =>
    kind !== 'revoke' && state === 'succeeded' && finishedAt !== null && finishedAt <= reported
  return runs.filter(isReported).flatMap(({ url }) => url ?? [])
}

/** Without this check's own step, which is completed after the report. */
const evidenceUrls = ({ steps, exceptions }: Rotation): string[] => {
  const before = steps.filter((step) => step.id !== ticketUpdated.step)
  const given = before.flatMap((step) => step.completion?.evidence ?? [])
  const proofs = exceptions.filter((each) => each.step !== ticketUpdated.step).flatMap((each) => each.proof)
  return [...new Set([...given, ...proofs].flatMap(({ url }) => url ?? []))]
}
