import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { wordsOf } from '#test/support/person'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const UNVERIFIED = 'verifies nothing in staging before the sign-offs'
const PRODUCTION = ['environment:production']

describe('the forms that open a rotation say what follows for the tokens that are chosen', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace({ revoker: 'bot' })
  })
  afterEach(() => workspace.close())

  it('in the form that starts', async () => {
    const { operator } = workspace
    await operator.type('/rotation start')
    const form = await operator.modal('start')
    expect(wordsOf(form)).not.toContain(UNVERIFIED)
    const production = await operator.choose(form, 'scope', { scope: PRODUCTION })
    expect(wordsOf(production)).toContain(UNVERIFIED)
    const staging = await operator.choose(production, 'scope', { scope: ['environment:staging'] })
    expect(wordsOf(staging)).not.toContain(UNVERIFIED)
    expect(wordsOf(staging)).toContain('no deployment in this scope follows the sign-offs')
    const everything = await operator.choose(staging, 'scope', { scope: ['all'] })
    expect(wordsOf(everything)).not.toContain(UNVERIFIED)
    expect(wordsOf(everything)).toContain('*Deployment:* production')
  })

  it('in the form of an incident, which keeps what it asks', async () => {
    const { operator } = workspace
    await operator.type('/rotation incident')
    const empty = await operator.modal('incident')
    const answers = { trigger: 'credential-anomaly', scope: PRODUCTION }
    const form = await operator.choose(empty, 'trigger', { trigger: answers.trigger })
    expect(wordsOf(form)).not.toContain(UNVERIFIED)
    const production = await operator.choose(form, 'scope', answers)
    expect(wordsOf(production)).toContain(UNVERIFIED)
    expect(wordsOf(production)).toContain('Disable when deployed')
    const drill = await operator.choose(production, 'trigger', { ...answers, trigger: 'chaos-drill' })
    expect(wordsOf(drill)).toContain(UNVERIFIED)
    expect(wordsOf(drill)).not.toContain('Disable when deployed')
  })
})
