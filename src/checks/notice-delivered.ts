import type { LastNotice, NoticeSeen, TestNotice } from '#domain/ports/systems'
import { linkEvidence } from '#domain/rotation/evidence'
import { rotationLabel } from '#domain/rotation/rotation'
import { type Check, type CheckInput, failed, passed, unknown, type Verdict } from './check.ts'

const NOTICE = 'rotation_notice'
const TEST = 'rotation_test_notice'

const RECORD =
  'find out who or what deletes them, or record a manual step with a link to the message that announced the rotation.'

/**
 * The bot can post in the channel, and the last completion notice is there. When it is not, a test notice is
 * posted and read back.
 */
export const noticeDelivered: Check = {
  id: 'notice-delivered',
  step: 'automation-health',
  title: 'Completion notice arrives',
  how: 'reads the notice back from the channel',
  backs: 'notification',
  async run(input) {
    const obstacle = await input.findNoticeObstacle()
    if (obstacle)
      return failed(
        `The bot cannot post notices: ${obstacle}`,
        'Fix what it reports, then run the checks again.',
      )
    const last = await input.readLastNotice()
    if (last?.waiting)
      return failed(
        `The completion notice of ${last.rotation} has not been posted: ${last.waiting}`,
        'The bot keeps trying; fix what it reports, then run the checks again.',
      )
    if (last?.seen && isOwnNotice(last.seen, NOTICE, last.rotation))
      return passed(
        `The completion notice of ${last.rotation} is in the channel, and the bot may post there`,
        evidence(last.seen, `notice of ${last.rotation}`),
      )
    return testVerdict(input, last)
  },
}

async function testVerdict(input: CheckInput, last: LastNotice | null): Promise<Verdict> {
  const label = rotationLabel(input.rotation.id)
  const why = last
    ? `The completion notice of ${last.rotation} is no longer in the channel`
    : 'There has been no completion notice yet'
  const test = await input.proveTestNotice()
  if (!test.posted)
    return unknown(
      `${why}, and the test notice is not posted yet`,
      'The bot keeps trying. Wait a moment, then run the checks again.',
    )
  if (test.seen && isOwnNotice(test.seen, TEST, label))
    return passed(`${why}; a test notice arrived and was read back`, evidence(test.seen, 'test notice'))
  return failed(`${why}, and ${missingText(test)}`, `Keep notices in the channel; ${RECORD}`)
}

const missingText = ({ attempts }: TestNotice): string =>
  attempts === 1 ? 'the test notice is not there either' : `none of ${attempts} test notices is there either`

/** Author and metadata cannot be forged by a person. */
const isOwnNotice = (seen: NoticeSeen, eventType: string, rotation: string): boolean =>
  seen.byBot && seen.eventType === eventType && seen.rotation === rotation

const evidence = ({ url }: NoticeSeen, label: string) => (url ? [linkEvidence(label, url)] : [])
