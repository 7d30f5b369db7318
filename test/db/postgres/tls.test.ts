import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '#db/open-database'

const SERVER = fileURLToPath(new URL('../../../.ci/postgres', import.meta.url))
/** The certificate names this host, and no address. */
const HOST = 'localhost'

describe('a PostgreSQL with TLS', () => {
  let folder: string
  let address: URL
  const file = (name: string) => join(folder, name)
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-tls-'))
    // The server runs as another user, who must reach its files.
    chmodSync(folder, 0o755)
    address = new URL(execFileSync(SERVER, ['start', file('server')], { encoding: 'utf8' }).trim())
    makeAuthority('ca')
    makeAuthority('other')
    makeCertificate(365)
    await serveWith('server')
  }, 120_000)
  afterAll(() => {
    execFileSync(SERVER, ['stop', file('server')])
    rmSync(folder, { recursive: true, force: true })
  })

  const openssl = (...given: string[]) => execFileSync('openssl', given, { cwd: folder, stdio: 'pipe' })
  const KEY = ['-newkey', 'rsa:2048', '-nodes']

  function makeAuthority(name: string): void {
    const subject = ['-subj', `/CN=${name}`, '-days', '365']
    openssl('req', '-x509', ...KEY, ...subject, '-keyout', `${name}.key`, '-out', `${name}.pem`)
  }

  function makeCertificate(days: number): void {
    openssl('req', ...KEY, '-subj', `/CN=${HOST}`, '-keyout', 'server.key', '-out', 'server.csr')
    writeFileSync(file('names'), `subjectAltName=DNS:${HOST}\n`)
    const issued = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names']
    openssl('x509', '-req', '-in', 'server.csr', ...issued, '-days', String(days), '-out', 'server.pem')
  }

  /** Gives the server its certificate; it writes its files itself, because it insists on owning its key. */
  async function serveWith(name: string): Promise<void> {
    const client = new pg.Client({ connectionString: address.href })
    await client.connect()
    for (const [ending, setting] of Object.entries({ pem: 'ssl_cert_file', key: 'ssl_key_file' })) {
      const lines = readFileSync(file(`${name}.${ending}`), 'utf8')
        .trim()
        .split('\n')
      const rows = lines.map((line) => `('${line}')`).join()
      await client.query(`copy (values ${rows}) to program 'umask 077; cat > tls.${ending}'`)
      await client.query(`alter system set ${setting} = 'tls.${ending}'`)
    }
    await client.query('alter system set ssl = on')
    await client.query('select pg_reload_conf()')
    await client.end()
  }

  const at = (host: string, parameters: string): string => {
    const url = new URL(address)
    url.hostname = host
    url.search = parameters
    return url.href
  }
  const withCa = (mode: string, ca = 'ca') => `sslmode=${mode}&sslrootcert=${file(`${ca}.pem`)}`

  const isEncrypted = async (database: string): Promise<boolean | undefined> => {
    const db = await openDatabase(database)
    try {
      const query = sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`
      return (await query.execute(db)).rows[0]?.ssl
    } finally {
      await db.destroy()
    }
  }
  const problemOf = (database: string): Promise<string> =>
    openDatabase(database).then(
      async (db) => {
        await db.destroy()
        return 'it connects'
      },
      (error: Error) => error.message,
    )

  it('is used with the certificate authority that its certificate is from', async () => {
    await expect.poll(() => problemOf(at(HOST, withCa('verify-full')))).toBe('it connects')
    expect(await isEncrypted(at(HOST, withCa('verify-full')))).toBe(true)
    expect(await isEncrypted(at('127.0.0.1', withCa('verify-ca')))).toBe(true)
    expect(await isEncrypted(at('127.0.0.1', 'sslmode=require'))).toBe(true)
    expect(await isEncrypted(at('127.0.0.1', 'sslmode=disable'))).toBe(false)
  })

  it.each([
    ['of another authority', () => at(HOST, withCa('verify-full', 'other')), /self.signed|unable to/],
    ['of an authority that nobody named', () => at(HOST, 'sslmode=verify-full'), /self.signed|unable to/],
    ['of another host', () => at('127.0.0.1', withCa('verify-full')), /does not match/],
    [
      'of another authority, for require too',
      () => at(HOST, withCa('require', 'other')),
      /self.signed|unable to/,
    ],
  ])('is refused with a certificate %s, and what to name is said', async (_, database, reason) => {
    const problem = await problemOf(database())
    expect(problem).toMatch(reason)
    expect(problem).toMatch(/^The certificate of PostgreSQL \(postgres at .*\) is not accepted: /)
    expect(problem).toContain('&sslrootcert=/path/ca.pem')
  })

  it('is refused where the file of the authority cannot be read', async () => {
    expect(await problemOf(at(HOST, withCa('verify-full', 'missing')))).toMatch(
      /\(sslrootcert\) cannot be read: ENOENT/,
    )
  })

  it('is refused once its certificate has expired', async () => {
    makeCertificate(-1)
    await serveWith('server')
    await expect
      .poll(() => problemOf(at(HOST, withCa('verify-full'))))
      .toMatch(/^The certificate of PostgreSQL .* is not accepted: certificate has expired/)
  })
})
