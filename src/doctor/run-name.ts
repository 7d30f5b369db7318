/** `${{ … }}`, whose text literals may contain braces. */
const EXPRESSION = /\$\{\{((?:'(?:[^']|'')*'|(?!\}\})[^'])*)\}\}/g

/** What GitHub knows of every run; the values are examples. */
const GITHUB: Record<string, string> = {
  actor: 'octocat',
  triggering_actor: 'octocat',
  event_name: 'workflow_dispatch',
  ref: 'refs/heads/main',
  ref_name: 'main',
  ref_type: 'branch',
  repository: 'owner/name',
  repository_owner: 'owner',
  run_attempt: '1',
  run_id: '8800',
  run_number: '17',
  sha: '0000000000000000000000000000000000000000',
  workflow: 'workflow',
}

/**
 * The title that GitHub gives a run.
 *
 * @param runName the workflow's `run-name`, with expressions
 * @throws Error where GitHub would refuse an expression
 */
export async function evaluateTitle(runName: string, inputs: Record<string, string>): Promise<string> {
  // Loaded only where a workflow is looked at.
  const { data, Evaluator, Lexer, Parser } = await import('@actions/expressions')
  const textsOf = (values: Record<string, string>) =>
    Object.entries(values).map(([key, value]) => ({ key, value: new data.StringData(value) }))
  const given = new data.Dictionary(...textsOf(inputs))
  const event = new data.Dictionary({ key: 'inputs', value: given })
  const github = new data.Dictionary(...textsOf(GITHUB), { key: 'event', value: event })
  const vars = new data.Dictionary()
  const context = new data.Dictionary(
    { key: 'github', value: github },
    { key: 'inputs', value: given },
    { key: 'vars', value: vars },
  )
  const title = runName.replace(EXPRESSION, (_, text: string) => {
    const { tokens } = new Lexer(text).lex()
    const expression = new Parser(tokens, ['github', 'inputs', 'vars'], []).parse()
    return new Evaluator(expression, context).evaluate().coerceString()
  })
  return title.trim()
}
