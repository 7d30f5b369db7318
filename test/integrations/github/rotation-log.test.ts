import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogBroken, readLogRows } from '#domain/rotation/log-file'
import { RegistryWrong } from '#domain/tokens/registry'
import { createGithubClient } from '#integrations/github/github'
import { githubRepository } from '#integrations/github/github-repository'
import { REPOSITORY } from '#sandbox/demo-users'
import { repositoryOf } from '#sandbox/github/repository'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { aLogEntry } from '#test/support/log-entry-builder'

const ENTRY = aLogEntry()

/** “é” in Windows-1252. */
const NOT_UTF8 = Buffer.from([0xe9])

describe('the rotation log on GitHub', () => {
  let sandbox: Sandbox
  beforeEach(async () => {
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
  })
  afterEach(() => sandbox.close())

  const repository = () => {
    const { GITHUB_TOKEN = '', GITHUB_API_URL } = sandbox.env
    const client = createGithubClient(GITHUB_TOKEN, GITHUB_API_URL, () => {})
    const { owner, name: repo, branch } = REPOSITORY
    return githubRepository(client, { owner, repo, branch }, REPOSITORY)
  }
  const commit = (path: string, content: Buffer) =>
    repositoryOf(sandbox.world).commit({
      message: 'By hand',
      author: { login: 'operator', name: 'operator', email: 'operator@flashfusion.example' },
      changes: [{ path, content }],
      branch: REPOSITORY.branch,
    })
  const bytes = () => {
    const files = repositoryOf(sandbox.world)
    const sha = files.treeOf(files.head()).get(REPOSITORY.log)
    return files.blob(sha ?? '')
  }

  it('gets an entry once, also after somebody aligned the table', async () => {
    expect((await repository().appendToLog(ENTRY)).commitUrl).toMatch(/^http/)
    commit(REPOSITORY.log, Buffer.from(bytes().toString('utf8').replaceAll(' | ', '   |  ')))
    const aligned = bytes()
    expect((await repository().appendToLog(ENTRY)).commitUrl).toBeNull()
    expect(bytes()).toEqual(aligned)
  })

  it('keeps what others committed after the bot last saw it', async () => {
    const own = repository()
    await own.appendToLog(ENTRY)
    await own.readLog()
    const byHand = `${bytes().toString('utf8')}\nA remark by hand.\n`
    commit(REPOSITORY.log, Buffer.from(byHand))
    await own.appendToLog({
      ...ENTRY,
      event: 'aborted',
      head: { ...ENTRY.head, count: ENTRY.head.count + 1 },
    })
    const now = bytes().toString('utf8')
    expect(now).toContain('A remark by hand.')
    expect(readLogRows(now).map((row) => row.event)).toEqual([ENTRY.event, 'aborted'])
  })

  it('gets an entry again that somebody removed after the bot last saw it', async () => {
    const own = repository()
    await own.appendToLog(ENTRY)
    await own.readLog()
    commit(REPOSITORY.log, Buffer.from('# Rotation log\n'))
    expect((await own.appendToLog(ENTRY)).commitUrl).toMatch(/^http/)
    expect(readLogRows(bytes().toString('utf8')).map((row) => row.event)).toEqual([ENTRY.event])
  })

  it('is refused with a sentence when it is not UTF-8, and kept to the byte', async () => {
    const file = Buffer.concat([bytes(), Buffer.from('\nR'), NOT_UTF8, Buffer.from('sum\n')])
    commit(REPOSITORY.log, file)
    const line = bytes().toString('latin1').split('\n').length - 1
    const sentence = `The rotation log ${REPOSITORY.log} is not UTF-8 on line ${line}. Save the file as UTF-8; the bot leaves it as it is until then.`
    for (const use of [() => repository().readLog(), () => repository().appendToLog(ENTRY)])
      await expect(use()).rejects.toThrow(expect.objectContaining({ name: 'LogBroken', message: sentence }))
    expect(bytes()).toEqual(file)
  })

  it.each([
    ['UTF-16 with a byte order mark', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 without one', (text: string) => Buffer.from(text, 'utf16le')],
    ['UTF-16, big-endian', (text: string) => Buffer.from(text, 'utf16le').swap16()],
    ['a NUL character', (text: string) => Buffer.from(`${text}\0`)],
    ['a surrogate', (text: string) => Buffer.concat([Buffer.from(text), Buffer.from([0xed, 0xa0, 0x80])])],
    ['an overlong sequence', (text: string) => Buffer.concat([Buffer.from(text), Buffer.from([0xc0, 0xaf])])],
  ])('and its registry are refused as %s, and kept to the byte', async (_, encode) => {
    const file = encode(bytes().toString('utf8'))
    commit(REPOSITORY.log, file)
    commit(REPOSITORY.registry, encode('version: 1\ntokens: []\n'))
    await expect(repository().readLog()).rejects.toThrow(/is not UTF-8 on line \d+\. Save the file/)
    await expect(repository().appendToLog(ENTRY)).rejects.toThrow(LogBroken)
    await expect(repository().readRegistry()).rejects.toThrow(/is not UTF-8 on line \d+\. Save the file/)
    expect(bytes()).toEqual(file)
  })

  it('is kept to the byte when its table cannot be read', async () => {
    const file = Buffer.from(bytes().toString('utf8').replace('| head |', '| place |'))
    commit(REPOSITORY.log, file)
    await expect(repository().appendToLog(ENTRY)).rejects.toThrow(LogBroken)
    expect(bytes()).toEqual(file)
  })

  it('of more than 1 MB is read to the byte, with its byte order mark', async () => {
    const large = `\uFEFF${'A line of prose – by hand.\r\n'.repeat(40_000)}`
    commit(REPOSITORY.log, Buffer.from(large))
    expect((await repository().readLog())?.text).toBe(large)
    await repository().appendToLog(ENTRY)
    expect(bytes().subarray(0, Buffer.byteLength(large))).toEqual(Buffer.from(large))
    commit(REPOSITORY.log, Buffer.concat([Buffer.from(large), NOT_UTF8]))
    await expect(repository().appendToLog(ENTRY)).rejects.toThrow('is not UTF-8 on line 40001')
  })

  it('shares its rules with the registry', async () => {
    commit(REPOSITORY.registry, Buffer.concat([Buffer.from('version: 1\n# '), NOT_UTF8]))
    await expect(repository().readRegistry()).rejects.toThrow(RegistryWrong)
    await expect(repository().readRegistryText()).rejects.toThrow(/is not UTF-8 on line 2\. Save the file/)
  })

  it('leaves a registry of more than 1 MB unparsed', async () => {
    commit(REPOSITORY.registry, Buffer.from(`version: 1\ntokens:\n${'  # é\n'.repeat(160_000)}`))
    for (const read of [() => repository().readRegistry(), () => repository().readRegistryText()])
      await expect(read()).rejects.toThrow(/is larger than 1 MB/)
  })
})
