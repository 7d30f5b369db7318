import { assertMay } from '#authorization/authorize'
import type { HealthCheckReport } from '#domain/ports/health-check-result'
import { readCode } from '#integrations/slack/slack-errors'
import { runHealthChecks } from '#operations/run-health-checks'
import type { Context } from '#src/context'
import { DOCTOR_TITLE, doctorModal } from '#views/doctor'
import { drawUntilShown } from '../draw-again.ts'
import { type OpenModal, openModal } from '../open-modal.ts'
import type { Subcommand } from './subcommand.ts'

/** Opens a modal immediately and shows each result as it arrives. */
const run: Subcommand['run'] = async ({ trigger, user }, context) => {
  const opened = await openModal(context, { trigger, title: DOCTOR_TITLE }, async () => {
    await assertMay(context, { user, action: 'run-doctor' })
    return doctorModal([])
  })
  if (!opened) return
  const draw = drawer(context, opened)
  draw(await runHealthChecks(context, draw))
  await draw.idle()
}

interface Drawer {
  (results: HealthCheckReport[]): void
  /** Resolves when the newest results are shown. */
  idle(): Promise<void>
}

/** Updates the modal one update at a time, skipping outdated ones; stops when the modal is closed. */
function drawer(context: Context, { viewId }: OpenModal): Drawer {
  const { slack, log } = context
  let newest: HealthCheckReport[] | null = null
  let drawing: Promise<void> | null = null
  async function drawNewest(): Promise<void> {
    while (newest) {
      let shown: HealthCheckReport[] | null = null
      try {
        await drawUntilShown(context, () => {
          shown = newest
          return slack.views.update({ view_id: viewId, view: doctorModal(newest ?? []) })
        })
      } catch (error) {
        if (readCode(error) === 'not_found') return
        log.warn({ error }, 'the doctor’s results could not be shown')
      }
      if (newest === shown) newest = null
    }
  }
  const draw = (results: HealthCheckReport[]) => {
    newest = results
    drawing ??= drawNewest().finally(() => {
      drawing = null
    })
  }
  return Object.assign(draw, { idle: async () => drawing ?? undefined })
}

export const doctorCommand: Subcommand = {
  usage: 'doctor',
  does: 'check the setup and suggest fixes',
  run,
}
