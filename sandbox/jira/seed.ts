import type { World } from '../world.ts'
import { jiraIssuesOf } from './issues.ts'

/** Creates the rotation ticket, and others with similar names. */
export function seedJira(world: World): void {
  const createdAt = world.clock.now().toISOString()
  const issues = jiraIssuesOf(world)
  const add = (key: string, summary: string, labels: string[], category: 'new' | 'done') =>
    issues.put(key, { key, summary, labels, category, createdAt })
  add('OPS-5', 'OPS-DEVOPS-ROTATION-OLD: before the bot', [], 'done')
  add('OPS-7', 'OPS-DEVOPS-ROTATION: capability token rotation', ['runbook'], 'new')
  add('OPS-8', 'Something else', [], 'new')
}
