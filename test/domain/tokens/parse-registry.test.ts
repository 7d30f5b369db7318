import { describe, expect, it } from 'vitest'
import { parseRegistry } from '#domain/tokens/parse-registry'
import { RegistryWrong } from '#domain/tokens/registry'
import { awsNameFault, vaultNameFault } from '#domain/tokens/secret-name'

const PATH = 'ops/registry.yaml'
const entry = (name: string, more = '') =>
  `  - agent: evaluator\n    environment: staging\n    secret: ${name}\n    owner: platform\n${more}`
const registry = (...entries: string[]) => `version: 1\ntokens:\n${entries.join('')}`

const problemOf = (text: string): string => {
  try {
    parseRegistry(text, PATH)
    return 'none'
  } catch (error) {
    if (error instanceof RegistryWrong) return error.message
    throw error
  }
}

describe('the registry', () => {
  it('is read with its cadence', () => {
    const text = registry(entry('a', '    cadence_days: 14\n    notes: n\n'))
    expect(parseRegistry(text, PATH)).toEqual([
      { agent: 'evaluator', environment: 'staging', secret: 'a', owner: 'platform', cadenceDays: 14 },
    ])
  })

  const hostile = 'x,flashfusion/production/orchestrator,$(curl evil)'
  it.each([
    ['agent', registry(entry('a')).replace('evaluator', JSON.stringify(hostile))],
    ['environment', registry(entry('a')).replace('staging', '"a,b"')],
    ['owner', registry(entry('a')).replace('platform', '"a\\nb"')],
  ])('takes no %s that is none', (field, text) => {
    expect(problemOf(text)).toContain(`is malformed at tokens.0.${field}: must be`)
  })

  it.each([
    'a,b',
    hostile,
    'a b',
    'a\\u0000b',
    'ü',
    'a'.repeat(513),
    'arn:aws:s3:::x',
    'arn:aws:secretsmanager:r:1:secret:',
  ])('takes %j as no secret of AWS', (name) => {
    const text = registry(entry(`"${name}"`))
    expect(() => parseRegistry(text, PATH, awsNameFault)).toThrow(/names the secret .*, which is no/)
  })

  it.each(['/a', 'a/', 'a//b', 'a/../b', './a', 'a\\nb', 'a/ b'])('takes %j as no path in Vault', (name) => {
    const text = registry(entry(`"${name}"`))
    expect(() => parseRegistry(text, PATH, vaultNameFault)).toThrow(/, which is no path in Vault/)
  })

  it('takes what each manager takes', () => {
    const arn = 'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:flash/a_+=.@-b-AbCdEf'
    expect(parseRegistry(registry(entry(arn), entry('a_+=.@-/b')), PATH, awsNameFault)).toHaveLength(2)
    expect(parseRegistry(registry(entry('a b/ü,c')), PATH, vaultNameFault)).toHaveLength(1)
  })

  it('is read whole with ten thousand entries', () => {
    const text = registry(...Array.from({ length: 10_000 }, (_, index) => entry(`secret-${index}`)))
    expect(parseRegistry(text, PATH)).toHaveLength(10_000)
  }, 20_000)

  it.each<[string, string, string]>([
    ['no YAML', 'tokens: [', 'is not YAML'],
    ['a tab for indentation', 'version: 1\ntokens:\n\t- agent: x\n', 'is not YAML'],
    ['nothing', '', 'is malformed at its top'],
    ['another version', registry(entry('a')).replace('1', '2'), 'is malformed at version'],
    ['no owner', registry(entry('a')).replace('    owner: platform\n', ''), 'is malformed at tokens.0.owner'],
    ['a number as a name', registry(entry('12')), 'is malformed at tokens.0.secret'],
    ['a key twice', registry(entry('a', '    owner: other\n')), 'is not YAML: Map keys must be unique'],
    ['a secret twice', registry(entry('a'), entry('b'), entry('a')), 'lists more than once: a'],
    [
      'many secrets twice',
      registry(...['a', 'b', 'c', 'd', 'e'].flatMap((name) => [entry(name), entry(name)])),
      'lists more than once: a, b, c and 2 more',
    ],
    ['a second document', `${registry(entry('a'))}---\n${registry(entry('b'))}`, 'several YAML documents'],
    ['a second document after its end', `${registry(entry('a'))}...\n---\nx: 1\n`, 'several YAML documents'],
    ['an empty second document', `${registry(entry('a'))}---\n`, 'several YAML documents'],
    ['a key twice in flow style', 'version: 1\ntokens: [{agent: a, agent: b}]', 'and agent is twice'],
    ['a merge key', 'version: 1\ntokens: [{<<: {agent: a}, secret: b}]', 'uses the YAML merge key'],
    ['deep nesting', `version: 1\ntokens: ${'['.repeat(20_000)}`, 'is nested too deeply'],
    ['deep nesting in blocks', `version: 1\ntokens:\n  ${'- '.repeat(20_000)}`, 'is nested too deeply'],
    ['more than 1 MB', `${registry(entry('a'))}${'# x\n'.repeat(250_000)}`, 'is larger than 1 MB'],
    ['many faults', ']'.repeat(100_000), 'is not YAML: Unexpected flow-seq-end'],
    ...['a,', '[],', '&a x,', '[a]: b,', '!t x,'].map((part): [string, string, string] => [
      `a megabyte of ${part}`,
      `version: 1\ntokens: [${part.repeat(900_000 / part.length)}]`,
      'characters that YAML’s structure is made of',
    ]),
    ['an alias', 'version: 1\ntokens: &t []\nmore: *t\n', 'uses the YAML alias *t'],
  ])('is refused with %s', (_, text, words) => {
    expect(problemOf(text)).toContain(words)
  })

  it('is read with many keys, comments and an anchor that nobody uses', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `    k${index}: 1\n`).join('')
    expect(parseRegistry(`# top\n${registry(entry('&a a', keys))}...\n`, PATH)).toHaveLength(1)
  }, 20_000)

  it('does not unfold a bomb of aliases', () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(9).fill(`*${of}`).join(', ')}]\n`
    const levels = [...'bcdefghi'].map((name, index) => level(name, 'abcdefgh'[index] ?? 'a'))
    expect(problemOf(`a: &a [x, x, x]\n${levels.join('')}`)).toContain('uses the YAML alias')
  })
})
