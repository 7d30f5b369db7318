import { describe, expect, it } from 'vitest'
import { type Config, readConfig } from '#config/config'
import { configDigest } from '#config/config-digest'
import { createSandbox } from '#sandbox/sandbox'

describe('the digest of a configuration', () => {
  const read = async (): Promise<Config> => {
    const sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: 20 })
    await sandbox.close()
    return readConfig(sandbox.env)
  }

  it('changes with the file, and with nothing that may differ from bot to bot', async () => {
    const config = await read()
    const digest = configDigest(config)
    expect(digest).toMatch(/^[0-9a-f]{12}$/)
    const elsewhere = { ...config.env, HTTP_PORT: 8080, SLACK_BOT_TOKEN: 'xoxb-another' }
    expect(configDigest({ ...config, env: elsewhere, database: 'postgres://elsewhere/rotation' })).toBe(
      digest,
    )
    const later = { ...config, cadence: { ...config.cadence, days: config.cadence.days + 1 } }
    expect(configDigest(later)).not.toBe(digest)
    const people = { ...config.people, operators: [...config.people.operators, 'U0ANOTHER'] }
    expect(configDigest({ ...config, people })).not.toBe(digest)
  })
})
