import { expect } from 'vitest'
import { readLogRows } from '#domain/rotation/log-file'
import { Person, wordsOf } from './person.ts'
import { completeRotation, completeStep, promote, signOff } from './run-rotation.ts'

/** The rows of the log in git. */
export async function logRows(person: Person) {
  const { files } = await person.get<{ files: { path: string; content: string }[] }>('repository')
  return readLogRows(files.find((file) => file.path === 'logs/agents/rotation-log.md')?.content ?? '')
}

/** The completion notices in the channel. */
export const notices = async (person: Person) =>
  (await person.messages()).filter((each) => each.metadata?.event_type === 'rotation_notice')

/** Looks at everything that a complete R1 of all tokens has done in the systems around the bot. */
export async function expectNothingDoubled(person: Person): Promise<void> {
  const cards = (await person.messages()).filter((each) => each.metadata?.event_type === 'rotation_card')
  expect(cards).toHaveLength(1)
  const thread = await person.thread(cards[0]?.ts ?? '')
  const jobs = thread.slice(1).flatMap((each) => each.metadata?.event_payload.job_id ?? [])
  expect(new Set(jobs).size).toBe(jobs.length)
  expect(thread.filter((each) => wordsOf(each).includes('completed step'))).toHaveLength(5)

  const runs = await person.get<{ name: string; title: string }[]>('runs')
  expect(runs.filter((run) => run.title.endsWith(' R1') && run.name === 'agents:rotate-tokens')).toHaveLength(
    1,
  )
  const secrets = await person.get<{ versions: unknown[] }[]>('secrets')
  expect(secrets.map((secret) => secret.versions.length)).toEqual(secrets.map(() => 3))

  expect((await logRows(person)).map((row) => row.event)).toEqual([
    'rotated',
    'validated',
    'approved',
    'promoted',
    'completed',
  ])
}

/** Carries R1 on from step 4 until it is complete, and looks at everything that was done. @param workspace its address */
export async function finishWithNothingDoubled(operator: Person, workspace: string): Promise<void> {
  await completeStep(operator, 'R1', 'integration-verification')
  await completeStep(operator, 'R1', 'audit-logging')
  await signOff(new Person(workspace, 'U0DEVOPSLEAD'), 'R1', 'devops-lead')
  await signOff(new Person(workspace, 'U0AIOPSOWNER'), 'R1', 'ai-ops-owner')
  await promote(operator, 'R1')
  await completeRotation(operator, 'R1', 'bot')
  await expect.poll(async () => (await notices(operator)).length, { timeout: 30_000 }).toBe(1)
  await expectNothingDoubled(operator)
}
