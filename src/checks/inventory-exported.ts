import { linkEvidence } from '#domain/rotation/evidence'
import { type Check, failed, passed, unknown } from './check.ts'

/** The full list was read in this rotation and uploaded to the card's thread. */
export const inventoryExported: Check = {
  id: 'inventory-exported',
  step: 'inventory-review',
  title: 'Token list exported',
  how: 'lists all secrets and finds the upload in the thread',
  backs: null,
  async run(input) {
    const listed = await input.readAll()
    const names = new Set(listed.map((reading) => reading.name))
    // The list may be minutes old, so tokens missing from it are read one by one.
    const unlisted = (await input.readScope()).filter(({ token }) => !names.has(token.secret))
    const missing = unlisted
      .filter(({ reading }) => !reading.secret || reading.secret.deletedAt)
      .map(({ token }) => token)
    const readings = [...listed, ...unlisted.map(({ reading }) => reading)]
    if (missing.length > 0)
      return failed(
        `The secrets manager does not list ${missing.map((token) => token.secret).join(', ')}`,
        'Create the secret, restore it if its deletion is scheduled, or correct the registry; then run the checks again.',
      )
    const unread = readings.filter((reading) => !reading.secret)
    const url = await input.exportInventory(readings)
    if (!url)
      return unknown(
        'The token list was read, but its upload to the thread has not finished',
        'Run the checks again.',
      )
    const evidence = [linkEvidence('token list (CSV)', url)]
    const counted = `${readings.length} secrets listed and uploaded`
    if (unread.length > 0)
      return {
        ...unknown(
          `${counted}, but ${unread.length} could not be described: ${unread[0]?.problem}`,
          'Restore access, then run the checks again.',
        ),
        evidence,
      }
    return passed(counted, evidence)
  },
}
