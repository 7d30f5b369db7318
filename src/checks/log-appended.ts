import { linkEvidence } from '#rotation/evidence'
import { rotationLabel } from '#rotation/rotation'
import { escapeCell, parseRow } from '#rotation/rotation-log'
import { environmentsOf } from '#rotation/scope'
import { type Check, failed, passed } from './check.ts'

/** The entry `validated` is in the file on the branch, read back, with owner, date and environments. */
export const logAppended: Check = {
  id: 'log-appended',
  step: 'audit-logging',
  title: 'Log entry committed',
  backs: null,
  async run({ rotation, readLog, ownerName }) {
    const file = await readLog()
    const label = rotationLabel(rotation.id)
    const retry = 'The bot commits it by itself; wait a moment and run the checks again.'
    if (file === null) return failed('The rotation log is not in the repository yet', retry)
    const since = rotation.steps.find((step) => step.id === 'integration-verification')?.completion?.at ?? ''
    const rows = file.text.split('\n').flatMap((line) => parseRow(line) ?? [])
    const row = rows.findLast((each) => each.rotation === label && each.event === 'validated')
    const [date = '', , , , owner = '', environments = ''] = row?.cells ?? []
    if (!row || date < since.slice(0, 16).replace('T', ' '))
      return failed(`The log has no entry “validated” for ${label} yet`, retry)

    const expected = environmentsOf(rotation.tokens).join(', ')
    if (environments !== escapeCell(expected) || owner === '' || owner === '–')
      return failed(
        `The entry for ${label} names owner “${owner}” and environments “${environments}”, expected “${ownerName}” and “${expected}”`,
        'Somebody changed the entry: restore it from the file’s history.',
        [linkEvidence('rotation log', file.url)],
      )
    return passed(`Entry of ${date} UTC: ${owner}, ${environments}`, [linkEvidence('rotation log', file.url)])
  },
}
