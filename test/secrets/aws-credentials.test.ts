import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeFailure } from '#secrets/aws-problem'

const run = promisify(execFile)

/** The SDK keeps what it has read of the profiles, so each case is a process. */
const SCRIPT = `
const { awsSecretsManager } = await import('#secrets/aws')
const manager = awsSecretsManager('flashfusion/', { maxAttempts: 1 })
await manager.describe('a').catch((error) => console.log(error.message))
`

const SSO = `[profile x]
sso_session=s
sso_account_id=111122223333
sso_role_name=r
[sso-session s]
sso_start_url=https://x.awsapps.com/start
sso_region=eu-central-1
sso_registration_scopes=sso:account:access
`
const OLD_SSO = `[profile x]
sso_start_url=https://x.awsapps.com/start
sso_region=eu-central-1
sso_account_id=111122223333
sso_role_name=r
`

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aws-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const WEB_IDENTITY = {
  AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere/token',
  AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/r',
}

it.each<[string, string, Record<string, string>, RegExp]>([
  ['an SSO session', SSO, { AWS_PROFILE: 'x' }, /SSO session has ended; log in with: aws sso login/],
  ['an SSO session of the older kind', OLD_SSO, { AWS_PROFILE: 'x' }, /log in with: aws sso login/],
  ['a missing web identity file', '', WEB_IDENTITY, /a file with AWS credentials is missing.*nowhere/],
  ['a missing profile', '', { AWS_PROFILE: 'x' }, /the profile x gives none; correct AWS_PROFILE/],
  ['a metadata service that does not answer', '', {}, /no metadata service answers with a role/],
])(
  'says what is wrong with %s',
  async (_, config, variables, words) => {
    writeFileSync(join(folder, 'config'), config)
    writeFileSync(join(folder, 'credentials'), '')
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_REGION: 'eu-central-1',
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:1',
      ...variables,
    }
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', SCRIPT], { env })
    expect(stdout).toMatch(words)
  },
  60_000,
)

/** As the bot opens it; the kind loads the adapter with the first call. */
const END_SCRIPT = `
const { SECRETS_MANAGERS } = await import('#secrets/index')
const settings = { prefix: 'flashfusion/', mount: 'secret' }
const manager = SECRETS_MANAGERS.aws.open(settings, { AWS_REGION: 'eu-central-1' }, () => '')
console.log(JSON.stringify(await manager.ownCredential()))
`

it.each([
  ['that was given by variables', { AWS_SESSION_TOKEN: 'session' }, '2026-12-01T08:00:00.000Z'],
  ['of a key, which has no end', {}, undefined],
])(
  'knows the end of a session %s',
  async (_, variables, endsAt) => {
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_CREDENTIAL_EXPIRATION: '2026-12-01T08:00:00Z',
      ...variables,
    }
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', END_SCRIPT], { env })
    expect(JSON.parse(stdout)?.endsAt).toBe(endsAt)
  },
  60_000,
)

it('says that static credentials have expired', () => {
  for (const name of ['ExpiredTokenException', 'ExpiredToken'])
    expect(describeFailure(Object.assign(new Error('expired'), { name }))).toContain(
      'have expired; renew them',
    )
})
