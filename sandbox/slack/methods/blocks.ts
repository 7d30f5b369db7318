import { type Problem, validateMessageBlocks, validateView } from '../blocks/validate.ts'
import { asDict, type Dict } from '../json.ts'
import { invalidArguments, SlackError } from '../slack-error.ts'
import { type Call, jsonArg, type Method } from './call.ts'

/** `blocks.validate`: exactly one of blocks, message and view; shown to nobody. */
function validate({ state, args }: Call): Dict {
  if (state.world.faults.on('slack-older-blocks'))
    throw new SlackError('unknown_method', [], { req_method: 'blocks.validate' })
  const given = (['blocks', 'message', 'view'] as const).filter((name) => args[name] !== undefined)
  const [name, ...others] = given
  if (name === undefined || others.length > 0)
    throw invalidArguments('must provide exactly one of `blocks`, `message` or `view`')
  const value = jsonArg(args, name, 'invalid_arguments')
  const problems = PROBLEMS[name](value)
  if (problems.length === 0) return {}
  throw new SlackError(`invalid_${name}`, [], {
    errors: problems.map(({ message, pointer }) => ({ pointer, code: 'failed_constraint', message })),
  })
}

const within = (problems: Problem[], root: string): Problem[] =>
  problems.map(({ message, pointer }) => ({ message, pointer: pointer.replace(root, '') }))

const PROBLEMS: Record<'blocks' | 'message' | 'view', (value: unknown) => Problem[]> = {
  blocks: (value) => within(validateMessageBlocks(value), '/blocks'),
  message: (value) => validateMessageBlocks(asDict(value).blocks),
  view: (value) => within(validateView(value, asDict(value).type === 'home' ? 'home' : 'modal'), '/view'),
}

export const BLOCK_METHODS: Record<string, Method> = { 'blocks.validate': validate }
