import { setTimeout as sleep } from 'node:timers/promises'
import { fileEvidence, MAX_FILES } from '#domain/rotation/evidence'
import type { Evidence } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { fileFaultWords, filesLater, tooManyFiles } from '#views/file-fault'
import { INPUTS } from '#views/ids'
import type { FieldErrors, Submission } from './form.ts'

/**
 * Reads the files that were uploaded in a form. Slack leaves a form three seconds: what takes longer than `waits.forFiles`
 * is answered at the field and read on, so that the form succeeds when it is submitted again.
 *
 * @param errors gets the sentence at the field of the files
 */
export async function readFiles(
  submission: Submission,
  { files, waits }: Pick<Context, 'files' | 'waits'>,
  errors: FieldErrors,
): Promise<Evidence[]> {
  const ids = [...new Set(submission.files(INPUTS.files))]
  if (ids.length === 0) return []
  if (ids.length > MAX_FILES) {
    errors[INPUTS.files] = tooManyFiles(ids.length, MAX_FILES)
    return []
  }
  const reading = Promise.all(ids.map((id) => files.read(id, submission.user)))
  const readings = await Promise.race([reading, sleep(waits.forFiles, null)])
  if (!readings) {
    errors[INPUTS.files] = filesLater
    return []
  }
  const faults = readings.flatMap((each) => (each.fault ? [fileFaultWords(each.name, each.fault)] : []))
  if (faults.length > 0) errors[INPUTS.files] = faults.join(' ')
  return readings.flatMap(({ file }) => (file ? [fileEvidence(file)] : []))
}
