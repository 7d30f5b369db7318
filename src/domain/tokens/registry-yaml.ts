import { Composer, type Document, isAlias, isMap, isScalar, LineCounter, Parser, visit } from 'yaml'

/** Larger files are refused before they are parsed; ten thousand tokens fit. */
export const REGISTRY_BYTES = 1_000_000

/** Of the characters that YAML's structure is made of: more than twice as many as a registry of ten thousand tokens has. */
const MOST_MARKS = 130_000
const DEEPEST = 100

/** What is wrong with a registry's YAML, as the rest of a sentence. */
export class YamlFault extends Error {}

export const TOO_LARGE = `is larger than ${REGISTRY_BYTES / 1_000_000} MB; remove what is not a token`
const SEVERAL = 'has several YAML documents (a line “---”); join their tokens into one list'
const TOO_DENSE = `has more than ${MOST_MARKS.toLocaleString('en')} of the characters that YAML’s structure is made of (such as brackets, colons and line breaks); remove what is not a token`
const TOO_DEEP = 'is nested too deeply; write the tokens as one list'

/**
 * Parses the registry's YAML into its one document, and stops at the first fault: a parser that collects all faults of a
 * hostile file blocks the process for minutes.
 *
 * @throws YamlFault
 */
export function parseRegistryYaml(text: string): Document.Parsed {
  assertPlainYaml(text)
  const lines = new LineCounter()
  let first: YamlFault | null = null
  // The composer catches what is thrown in it, and reports that as a fault again.
  const notYaml = (message: string, offset: number) => {
    const { line, col } = lines.linePos(offset)
    const what = `is not YAML: ${message.split('\n')[0]} at line ${line}, column ${col}`
    first ??= new YamlFault(/call stack/.test(message) ? TOO_DEEP : what)
    return first
  }
  function* tokens() {
    for (const token of new Parser(lines.addNewLine).parse(text)) {
      if (token.type === 'error') throw notYaml(token.message, token.offset)
      yield token
    }
  }
  // The library compares each key with all others of its map, which takes minutes for a large map: see `inspect`.
  const composer = new Composer({ uniqueKeys: false, strict: true })
  // Collects each fault by default.
  Reflect.set(composer, 'onError', (source: FaultAt, _: unknown, message: string, isWarning: boolean) => {
    if (!isWarning) throw notYaml(message, offsetOf(source))
  })
  try {
    const [document, another] = composer.compose(tokens(), true, text.length)
    if (another) throw new YamlFault(SEVERAL)
    if (!document) throw new YamlFault('is empty')
    const [error] = document.errors
    if (error) throw notYaml(error.message, error.pos[0])
    inspect(document)
    return document
  } catch (error) {
    if (error instanceof RangeError) throw new YamlFault(TOO_DEEP)
    throw error
  }
}

/**
 * Refuses what a parser would be busy with for seconds: its time grows with the structure more than with the length.
 *
 * @throws YamlFault
 */
export function assertPlainYaml(text: string): void {
  if (Buffer.byteLength(text) > REGISTRY_BYTES) throw new YamlFault(TOO_LARGE)
  let marks = 0
  let depth = 0
  for (const [mark] of text.matchAll(/[[\]{},:?&*!#\n\r-]/g)) {
    marks += 1
    if (mark === '[' || mark === '{') depth += 1
    else if (mark === ']' || mark === '}') depth -= 1
    else if (mark === '\n') depth = 0
    if (depth > DEEPEST) throw new YamlFault(TOO_DEEP)
    if (marks > MOST_MARKS) throw new YamlFault(TOO_DENSE)
  }
}

type FaultAt = number | [number, number] | { offset?: number; range?: [number, number, number] }

const offsetOf = (source: FaultAt): number =>
  typeof source === 'number'
    ? source
    : Array.isArray(source)
      ? source[0]
      : (source.offset ?? source.range?.[0] ?? 0)

/** Aliases can expand to more than memory holds, and edits through them or through merge keys are ambiguous. */
function inspect(document: Document.Parsed): void {
  visit(document, (_, node) => {
    if (isAlias(node)) throw new YamlFault(`uses the YAML alias *${node.source}; write out its value`)
    if (!isMap(node)) return
    const keys = new Set<unknown>()
    for (const { key } of node.items) {
      const name = isScalar(key) ? key.value : key
      if (name === '<<') throw new YamlFault('uses the YAML merge key <<; write out its values')
      if (keys.has(name)) throw new YamlFault(`is not YAML: Map keys must be unique, and ${name} is twice`)
      keys.add(name)
    }
  })
}
