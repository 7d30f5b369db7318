import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRotationEvents } from '#db/queries/events'
import { findRotation } from '#db/queries/rotations'
import { approvals } from '#domain/rotation/rotation'
import { eventually, wordsOf } from '#test/support/person'
import { completeAllSteps, openSignOff, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const GITHUB = { U0DEVOPSLEAD: 'lead-on-github', U0AIOPSOWNER: 'owner-on-github' }

describe('with sign-off.confirm: github', () => {
  let workspace: Workspace
  let digest: string

  beforeAll(async () => {
    workspace = await openWorkspace({
      configure: (config) => ({
        ...config,
        'sign-off': { confirm: 'github' },
        people: { ...config.people, github: GITHUB },
      }),
    })
    const { operator } = workspace
    await start(operator, { scope: ['environment:staging', 'agent:evaluator'] })
    await completeAllSteps(operator, 'R1')
  }, 120_000)
  afterAll(() => workspace.close())

  const rotation = async () => {
    const found = await findRotation(workspace.bot.context.db, 1)
    if (!found) throw new Error('no R1')
    return found
  }
  /** On GitHub's own pages. @param edits the id of an earlier comment */
  const say = async (login: string, body: string, edits?: number) => {
    await workspace.operator.post('clock', { advanceMs: 2_000 })
    const { id } = await workspace.operator.post<{ id: number }>('github/comment', {
      login,
      body,
      ...(edits !== undefined && { edits }),
    })
    return id
  }
  const problems = async () =>
    (await findRotationEvents(workspace.bot.context.db, 1)).flatMap((event) =>
      event.type === 'confirmation-refused' ? [event.data.why] : [],
    )
  const sign = async (person: Workspace['devopsLead'], role: string) => {
    const result = await person.submit(await openSignOff(person, 'R1', role), { comment: `seen by ${role}` })
    expect(result.errors).toBeUndefined()
    const words = await eventually(async () => {
      const shown = wordsOf(await person.views())
      return shown.includes('confirm it on GitHub') && shown
    }, 'what is left to do')
    for (const view of (await person.views()).toReversed()) await person.close(view)
    return /[0-9a-f]{64}/.exec(words)?.[0] ?? ''
  }

  it('a signature in Slack alone does not count, and the card says what it waits for', async () => {
    digest = await sign(workspace.devopsLead, 'devops-lead')
    await workspace.operator.card('R1', 'it counts when lead-on-github comments')
    expect(approvals(await rotation())).toEqual([])
  })

  it('nor do comments by another account, of another digest, or that were edited: each is named', async () => {
    await say('mallory', digest)
    await eventually(async () => (await problems()).includes('wrong-login'), 'the wrong account')
    await say(GITHUB.U0DEVOPSLEAD, 'cd'.repeat(32))
    await eventually(async () => (await problems()).includes('wrong-digest'), 'the wrong digest')
    const edited = await say(GITHUB.U0DEVOPSLEAD, 'soon')
    await say(GITHUB.U0DEVOPSLEAD, digest, edited)
    await eventually(async () => (await problems()).includes('edited'), 'the edited comment')
    await workspace.operator.card('R1', 'was edited, so it does not count')
    expect(approvals(await rotation())).toEqual([])
  })

  it('counts with the digest by the approver, each for their own role', async () => {
    await say(GITHUB.U0DEVOPSLEAD, digest)
    await eventually(async () => approvals(await rotation()).length === 1, 'the first signature')
    const same = await sign(workspace.aiOpsOwner, 'ai-ops-owner')
    expect(same).toBe(digest)
    await say(GITHUB.U0AIOPSOWNER, `\`${digest}\``)
    await eventually(async () => (await rotation()).status !== 'open', 'the approval')
    const signed = (await findRotationEvents(workspace.bot.context.db, 1)).flatMap((event) =>
      event.type === 'signed-off' ? [event.data] : [],
    )
    expect(signed).toMatchObject([
      { role: 'devops-lead', digest, confirmation: { login: GITHUB.U0DEVOPSLEAD } },
      { role: 'ai-ops-owner', digest, confirmation: { login: GITHUB.U0AIOPSOWNER } },
    ])
  })
})
