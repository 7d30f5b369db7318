import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WORKFLOWS } from '#sandbox/demo-users'
import { ROOT_TOKEN } from '#sandbox/vault/tokens'
import { adminKey, botToken, repo, STEP_MS, startWorld, type TestWorld } from '#test/sandbox/aws/test-world'
import { mustSucceed, vaultAs } from '#test/support/vault-client'

const HOUR = 3_600_000
const NAME = 'flashfusion/staging/evaluator/capability-token'
const RUN_TAKES = 2 * STEP_MS

describe('Vault in the sandbox shows the secrets that its AWS holds', () => {
  let sandbox: TestWorld
  beforeEach(async () => {
    sandbox = await startWorld()
  })
  afterEach(() => sandbox.close())

  const read = async (name = NAME) => {
    const { data } = await mustSucceed(vaultAs(`${sandbox.url}/vault`, ROOT_TOKEN))(
      'GET',
      `secret/metadata/${name}`,
    )
    const versions = Object.entries((data?.versions ?? {}) as Record<string, Shown>)
    return {
      current: data?.current_version,
      tags: data?.custom_metadata as Record<string, string>,
      states: versions.map(([number, version]) => `${number} ${stateOf(version)}`),
    }
  }
  interface Shown {
    deletion_time: string
    destroyed: boolean
  }
  const stateOf = ({ deletion_time, destroyed }: Shown) =>
    destroyed ? 'destroyed' : deletion_time === '' ? 'live' : 'deleted'

  async function rotate(rotation: string) {
    const inputs = { rotation, secrets: JSON.stringify([NAME]) }
    const workflow_id = WORKFLOWS.rotate.file
    await sandbox
      .octokitAs(botToken)
      .actions.createWorkflowDispatch({ ...repo, workflow_id, ref: 'main', inputs })
    sandbox.advance(RUN_TAKES)
  }

  it('numbers versions in the order in which they became current, also in the tags', async () => {
    expect(await read()).toMatchObject({
      current: 2,
      states: ['1 destroyed', '2 live'],
      tags: { owner: 'evaluation', env: 'staging', scope: 'evaluator', version: '2' },
    })
  })

  it('shows the CI’s rotation: old versions are valid until the issuer revokes them', async () => {
    await rotate('R1')
    expect(await read()).toMatchObject({
      current: 3,
      states: ['1 destroyed', '2 live', '3 live'],
      tags: { version: '3', 'previous-revoke-by': expect.any(String) },
    })
    sandbox.advance(25 * HOUR)
    expect((await read()).states).toEqual(['1 destroyed', '2 destroyed', '3 live'])
  })

  it('shows a version without labels as deleted, because it is not revoked yet', async () => {
    await rotate('R1')
    await rotate('R2')
    expect((await read()).states).toEqual(['1 destroyed', '2 deleted', '3 live', '4 live'])
    sandbox.advance(25 * HOUR)
    expect((await read()).states).toEqual(['1 destroyed', '2 destroyed', '3 destroyed', '4 live'])
  })

  it('does not show a version before it is current', async () => {
    const pending = { SecretId: NAME, SecretString: 'x', VersionStages: ['AWSPENDING'] }
    await sandbox.awsAs(adminKey).send(new PutSecretValueCommand(pending))
    expect(await read()).toMatchObject({ current: 2, states: ['1 destroyed', '2 live'] })
    await rotate('R1')
    expect((await read()).states).toEqual(['1 destroyed', '2 live', '3 live'])
  })

  it('has the same faults', async () => {
    const { faults } = sandbox.world
    faults.set('tag-missing', true)
    await rotate('R1')
    expect((await read()).tags).not.toHaveProperty('expiry')
    faults.set('metadata-missing', true)
    expect((await read('flashfusion/sandbox/tool-runner/capability-token')).tags).not.toHaveProperty('owner')
    faults.set('secret-missing', true)
    await expect(read('flashfusion/production/tool-runner/capability-token')).rejects.toThrow('404')
    for (const [fault, status] of [
      ['secrets-throttled', '429'],
      ['secrets-unavailable', '500'],
    ] as const) {
      faults.set(fault, true)
      await expect(read()).rejects.toThrow(status)
      faults.set(fault, false)
    }
  })
})
