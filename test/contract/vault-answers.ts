import { expect } from 'vitest'
import { BOT_ROLE } from './vault-driver.ts'

const oneError = (text: string) => ({ errors: [`1 error occurred:\n\t* ${text}\n\n`] })
const DENIED = oneError('permission denied')
const NOTHING = { errors: [] }
const DEAD_TOKEN = { errors: ['2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n'] }
const invalid = (text: string) => oneError(`custom_metadata validation failed: ${text}`)
const warned = (text: string) => ({ data: null, warnings: [expect.stringContaining(text)] })

export type Case = [
  who: 'root' | 'bot' | 'nobody' | 'stranger',
  request: string,
  body: object | null,
  status: number,
  answer: object,
]

/** What does not change anything, and what is refused. */
export const ANSWERS: Case[] = [
  ['root', 'GET secret/metadata/none', null, 404, NOTHING],
  ['root', 'GET secret/metadata/none?list=true', null, 404, NOTHING],
  ['root', 'GET secret/metadata/none?list=perhaps', null, 400, NOTHING],
  ['root', 'GET secret/data/none', null, 404, NOTHING],
  ['root', 'GET secret/nonsense/a', null, 404, warned('Invalid path for a versioned K/V secrets engine')],
  ['root', 'GET secret/metadata', null, 404, warned('Non-listing operations on the root')],
  ['root', 'DELETE secret/delete/a', null, 405, oneError('unsupported operation')],
  [
    'root',
    'POST secret/metadata/a/',
    { custom_metadata: { a: 'b' } },
    400,
    { errors: ["cannot write to a path ending in '/'"] },
  ],
  [
    'root',
    'GET nowhere/metadata/a',
    null,
    404,
    { errors: ['no handler for route "nowhere/metadata/a". route entry not found.'] },
  ],
  ['root', 'GET old-secret/metadata/a?list=true', null, 404, NOTHING],
  [
    'root',
    'GET sys/internal/ui/mounts/secret',
    null,
    200,
    { data: { path: 'secret/', type: 'kv', options: { version: '2' } } },
  ],
  ['root', 'GET sys/internal/ui/mounts/old-secret', null, 200, { data: { options: { version: '1' } } }],
  [
    'root',
    'GET sys/internal/ui/mounts/nowhere',
    null,
    403,
    { errors: [expect.stringContaining('preflight capability check returned 403')] },
  ],
  ['root', 'POST secret/data/protocol/a', {}, 400, { errors: ['no data provided'] }],
  [
    'root',
    'POST secret/delete/protocol/a',
    { versions: [] },
    400,
    { errors: ['No version number provided'] },
  ],
  ['root', 'POST secret/delete/protocol/none', { versions: [1] }, 204, {}],
  ['root', 'PATCH secret/metadata/protocol/none', { custom_metadata: { a: 'b' } }, 404, {}],
  [
    'root',
    'POST secret/metadata/protocol/a',
    { custom_metadata: { k: '' } },
    400,
    invalid('length of value for key "k" is 0 but must be 0 < len(value) <= 512'),
  ],
  [
    'root',
    'POST secret/metadata/protocol/a',
    { custom_metadata: { k: 'é'.repeat(257) } },
    400,
    invalid('length of value for key "k" is 514 but must be 0 < len(value) <= 512'),
  ],
  [
    'root',
    'POST secret/metadata/protocol/a',
    { custom_metadata: { k: 'a\u0007' } },
    400,
    invalid('value for key "k" contains unprintable characters'),
  ],
  [
    'root',
    'POST secret/metadata/protocol/a',
    { custom_metadata: Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, 'v'])) },
    400,
    invalid('payload must contain at most 64 keys, provided 65'),
  ],
  [
    'root',
    'POST secret/metadata/protocol/a',
    { custom_metadata: 'text' },
    400,
    { errors: [expect.stringContaining('error converting input for field "custom_metadata"')] },
  ],
  [
    'root',
    'GET auth/token/lookup-self',
    null,
    200,
    { data: { ttl: 0, renewable: false, expire_time: null, policies: ['root'] } },
  ],
  ['root', 'POST auth/token/renew-self', {}, 400, { errors: ['lease is not renewable'] }],
  ['root', 'GET auth/token/nonsense', null, 404, oneError('unsupported path')],
  [
    'root',
    'POST sys/policies/acl/x',
    { policy: 'path "a" { capabilities = ["sing"] }' },
    400,
    { errors: ['failed to parse policy: path "a": invalid capability "sing"'] },
  ],
  ['nobody', 'GET secret/metadata/a', null, 403, { errors: ['permission denied'] }],
  ['stranger', 'GET secret/metadata/a', null, 403, DEAD_TOKEN],
  [
    'nobody',
    'POST auth/approle/login',
    {},
    500,
    { errors: ['failed to determine alias name from login request'] },
  ],
  ['nobody', 'POST auth/approle/login', { role_id: 'x' }, 400, { errors: ['invalid role or secret ID'] }],
  [
    'nobody',
    'POST auth/approle/login',
    { role_id: 'x', secret_id: 'x' },
    400,
    { errors: ['invalid role or secret ID'] },
  ],
  [
    'bot',
    'GET auth/token/lookup-self',
    null,
    200,
    { data: { ttl: expect.any(Number), renewable: true, path: 'auth/approle/login', policies: [BOT_ROLE] } },
  ],
  ['bot', 'POST auth/token/renew-self', {}, 200, { auth: { lease_duration: 1200, renewable: true } }],
  ['bot', 'DELETE auth/token/lookup-self', null, 403, DENIED],
  ['bot', 'GET sys/internal/ui/mounts/secret', null, 200, { data: { options: { version: '2' } } }],
  [
    'bot',
    'GET sys/internal/ui/mounts/old-secret',
    null,
    403,
    { errors: [expect.stringContaining('preflight')] },
  ],
  ['bot', 'GET sys/mounts', null, 403, DENIED],
  ['bot', 'GET secret/metadata/flashfusion/none?list=true', null, 404, NOTHING],
  ['bot', 'GET secret/metadata/flashfusion/none', null, 404, NOTHING],
  ['bot', 'GET secret/metadata?list=true', null, 403, DENIED],
  ['bot', 'GET secret/metadata/other/a', null, 403, DENIED],
  ['bot', 'GET secret/data/flashfusion/a', null, 403, DENIED],
  ['bot', 'GET secret/subkeys/flashfusion/a', null, 403, DENIED],
  ['bot', 'POST secret/data/flashfusion/a', { data: {} }, 403, DENIED],
  ['bot', 'POST secret/metadata/flashfusion/a', { custom_metadata: {} }, 403, DENIED],
  ['bot', 'PATCH secret/metadata/flashfusion/a', { custom_metadata: {} }, 403, DENIED],
  ['bot', 'DELETE secret/metadata/flashfusion/a', null, 403, DENIED],
  ['bot', 'POST secret/destroy/flashfusion/a', { versions: [1] }, 403, DENIED],
  ['bot', 'GET nowhere/metadata/a', null, 403, DENIED],
]

/** Rules that compete for a path; each line of `CHOICES` is decided as Vault does. */
export const COMPETING_POLICY = `
  path "secret/metadata/p/*" { capabilities = ["read"] } # a prefix
  path "secret/metadata/p/exact" { capabilities = ["deny"] }
  path "secret/metadata/p/aa*" { capabilities = ["list"] }
  path "secret/metadata/p/+/x" { capabilities = ["list"] } // one segment
  path "secret/metadata/+/q" { capabilities = ["read"] }
  path "secret/metadata/r/*" { capabilities = ["deny"] }
  path "secret/metadata/s/+/+/z" { capabilities = ["read"] }
  path "secret/metadata/s/+/y/+" { capabilities = ["deny"] }
  path "secret/metadata/t/+/u*" { capabilities = ["read"] }
  /* Twice the same path is one rule. */
  path "secret/metadata/m" { capabilities = ["read"] }
  path "secret/metadata/m" { capabilities = ["list"] }
  path "secret/metadata/n" { capabilities = ["read"] }
  path "secret/metadata/n" { capabilities = ["deny"] }
  path "secret/metadata/l/bare" { capabilities = ["list"] }
  path "secret/metadata/l/slash/" { capabilities = ["list"] }
`

export const CHOICES: [request: string, isAllowed: boolean][] = [
  ['secret/metadata/p/any/thing', true],
  ['secret/metadata/p', false],
  ['secret/metadata/p/exact', false],
  ['secret/metadata/p/exactly', true],
  ['secret/metadata/p/aab', false],
  ['secret/metadata/p/aab?list=true', true],
  ['secret/metadata/p/q/x', false],
  ['secret/metadata/p/q/x?list=true', true],
  ['secret/metadata/p/q/r/x', true],
  ['secret/metadata/any/q', true],
  ['secret/metadata/any/r/q', false],
  ['secret/metadata/r/q', false],
  ['secret/metadata/s/a/b/z', true],
  ['secret/metadata/s/a/y/z', false],
  ['secret/metadata/t/a/u', true],
  ['secret/metadata/t/a/under/it', true],
  ['secret/metadata/t/a/v', false],
  ['secret/metadata/m', true],
  ['secret/metadata/m?list=true', true],
  ['secret/metadata/n', false],
  ['secret/metadata/l/bare?list=true', true],
  ['secret/metadata/l/bare', false],
  ['secret/metadata/l/slash?list=true', true],
  ['secret/metadata/l/other?list=true', false],
]
