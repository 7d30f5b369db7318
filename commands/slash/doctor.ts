import { assertMay } from '#authorization/authorize'
import type { HealthCheckReport } from '#domain/ports/health-check-result'
import { readCode } from '#integrations/slack/slack-errors'
import { runHealthChecks } from '#operations/run-health-checks'
import type { Context } from '#src/context'
import { DOCTOR_TITLE, doctorModal } from '#views/doctor'
import { type OpenModal, openModal } from '../open-modal.ts'
import type { Subcommand } from './subcommand.ts'

/** Opens a modal at once and draws each result as it comes. */
const run: Subcommand['run'] = async ({ trigger, user }, context) => {
  const opened = await openModal(context, { trigger, title: DOCTOR_TITLE }, async () => {
    await assertMay(context, { user, action: 'run-doctor' })
    return doctorModal([])
  })
  if (!opened) return
  const draw = drawer(context, opened)
  draw(await runHealthChecks(context, draw))
  await draw.settled()
}

interface Drawer {
  (results: HealthCheckReport[]): void
  /** Resolves when the newest is drawn. */
  settled(): Promise<void>
}

/** Draws one after the other, and skips what is out of date by then. Once the modal is closed nothing is drawn any more. */
function drawer({ slack, log }: Context, { viewId }: OpenModal): Drawer {
  let newest: HealthCheckReport[] | null = null
  let drawing: Promise<void> | null = null
  async function drawNewest(): Promise<void> {
    while (newest) {
      const view = doctorModal(newest)
      newest = null
      try {
        await slack.views.update({ view_id: viewId, view })
      } catch (error) {
        if (readCode(error) === 'not_found') return
        log.warn({ error }, 'the doctor’s results could not be drawn')
      }
    }
  }
  const draw = (results: HealthCheckReport[]) => {
    newest = results
    drawing ??= drawNewest().finally(() => {
      drawing = null
    })
  }
  return Object.assign(draw, { settled: async () => drawing ?? undefined })
}

export const doctorCommand: Subcommand = {
  usage: 'doctor',
  does: 'look whether everything that the bot needs works, and how to mend what does not',
  run,
}
