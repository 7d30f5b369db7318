export interface Rule {
  /** `*` at the end matches any rest, `+` one segment. */
  path: string
  capabilities: readonly string[]
}

const CAPABILITIES = ['create', 'read', 'update', 'delete', 'list', 'patch', 'sudo', 'deny']

const TOKEN = /(\s+|#.*|\/\/.*|\/\*[\s\S]*?\*\/)|"((?:[^"\\]|\\.)*)"|([a-z_]+)|([{}[\]=,])|([\s\S])/g

type Word = { kind: 'text' | 'name' | 'sign'; text: string }

/**
 * Parses `path "…" { capabilities = ["…"] }` blocks with comments. Other HCL is refused rather than partly
 * understood.
 *
 * @throws Error with the problem
 */
export function parsePolicy(source: string): Rule[] {
  const words = wordsOf(source)
  const take = (kind: Word['kind'], text?: string): string => {
    const word = words.shift()
    if (word?.kind === kind && (text === undefined || word.text === text)) return word.text
    throw new Error(`The policy has “${word?.text ?? 'its end'}” where ${text ?? `a ${kind}`} should be.`)
  }
  const rules: Rule[] = []
  while (words.length > 0) {
    take('name', 'path')
    const path = take('text').replace(/^\/+/, '')
    if (path.includes('+*')) throw new Error(`The policy's path ${path} contains “+*”, which Vault refuses.`)
    take('sign', '{')
    take('name', 'capabilities')
    take('sign', '=')
    rules.push({ path, capabilities: takeList(words, take, path) })
    take('sign', '}')
  }
  return rules
}

function takeList(
  words: Word[],
  take: (kind: Word['kind'], text?: string) => string,
  path: string,
): string[] {
  const list: string[] = []
  take('sign', '[')
  while (words[0]?.text !== ']') {
    const capability = take('text')
    if (!CAPABILITIES.includes(capability))
      throw new Error(`path "${path}": invalid capability "${capability}"`)
    list.push(capability)
    if (words[0]?.text !== ']') take('sign', ',')
  }
  take('sign', ']')
  return list
}

function wordsOf(source: string): Word[] {
  return [...source.matchAll(TOKEN)].flatMap(([, skipped, text, name, sign, other]): Word[] => {
    if (skipped !== undefined) return []
    if (text !== undefined) return [{ kind: 'text', text: text.replace(/\\(.)/g, '$1') }]
    if (name !== undefined) return [{ kind: 'name', text: name }]
    if (sign !== undefined) return [{ kind: 'sign', text: sign }]
    throw new Error(`The policy has “${other}”, which cannot be read.`)
  })
}
