import type { Lane } from './lane.ts'
import { Visitor } from './visitor.ts'

const TRIES = 2
const CLOSED = ['complete', 'aborted']

/** Aborts what a run has left open. @returns false when something stays open, so that the lane is of no use any more */
export async function tidy(lane: Lane): Promise<boolean> {
  const open = async () =>
    (await lane.database.read()).rotations.filter(({ status }) => !CLOSED.includes(status))
  for (let tries = 0; tries < TRIES && (await open()).length > 0; tries += 1)
    for (const { id } of await open()) await abort(lane, `R${id}`)
  for (const name of ['operator', 'devopsLead', 'aiOpsOwner', 'bystander'] as const)
    await new Visitor(lane, name).closeAll()
  return (await open()).length === 0
}

async function abort(lane: Lane, label: string): Promise<void> {
  const visitor = new Visitor(lane, 'operator')
  await visitor.closeAll()
  await visitor.type(`/rotation abort ${label}`)
  const view = await visitor.form('abort')
  if (view) await visitor.submit(view, { reason: 'tidied' }, `tidied ${label}`, [])
}
