import type { LastNotice, NoticeSeen, TestNotice } from '#domain/ports/systems'
import { linkEvidence } from '#domain/rotation/evidence'
import { rotationLabel } from '#domain/rotation/rotation'
import { type Check, type CheckInput, failed, passed, unknown, type Verdict } from './check.ts'

const NOTICE = 'rotation_notice'
const TEST = 'rotation_test_notice'

const RECORD =
  'find out who or what takes them away, or record a manual step with a link to where people were told.'

/**
 * The bot may post in the channel now, and the last completion notice is really there, read back. Where there is none,
 * because there never was or somebody took it away, a test notice is posted and must be there.
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
        `The bot can post no notice: ${obstacle}`,
        'Mend what it says, then run the checks again.',
      )
    const last = await input.readLastNotice()
    if (last?.waiting)
      return failed(
        `The completion notice of ${last.rotation} has not been posted: ${last.waiting}`,
        'The bot goes on trying; mend what it says, then run the checks again.',
      )
    if (last?.seen && isOurs(last.seen, NOTICE, last.rotation))
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
    : 'There was no completion notice yet'
  const test = await input.proveTestNotice()
  if (!test.posted)
    return unknown(
      `${why}, and the test notice is not posted yet`,
      'The bot goes on trying. Wait a moment, then run the checks again.',
    )
  if (test.seen && isOurs(test.seen, TEST, label))
    return passed(`${why}; a test notice arrived and was read back`, evidence(test.seen, 'test notice'))
  return failed(`${why}, and ${vacantRoleWords(test)}`, `Let notices stand; ${RECORD}`)
}

const vacantRoleWords = ({ attempts }: TestNotice): string =>
  attempts === 1
    ? 'the test notice that was posted is not there either'
    : `none of ${attempts} test notices that were posted is there either`

/** By the author and the metadata, which no person can write in the bot's name. */
const isOurs = (seen: NoticeSeen, eventType: string, rotation: string): boolean =>
  seen.byBot && seen.eventType === eventType && seen.rotation === rotation

const evidence = ({ url }: NoticeSeen, label: string) => (url ? [linkEvidence(label, url)] : [])
