import type { Problem } from './blocks/validate.ts'
import { asDict, dictsIn } from './json.ts'
import { botScopes } from './scopes.ts'
import type { SlackState } from './state.ts'

const NEWER = ['alert', 'data_table', 'table']

/** Problems with blocks that this workspace, or the app with its scopes, does not have. */
export function newerBlockProblems({ world }: SlackState, blocks: unknown, pointer: string): Problem[] {
  const older = world.faults.on('slack-older-blocks')
  return dictsIn(blocks).flatMap((block, index): Problem[] => {
    const isFileInput = asDict(block.element).type === 'file_input'
    if (isFileInput && older)
      return [{ message: 'unsupported type: file_input', pointer: `${pointer}/${index}/element/type` }]
    if (isFileInput && !botScopes(world).includes('files:read'))
      return [
        { message: '`file_input` needs the scope files:read', pointer: `${pointer}/${index}/element/type` },
      ]
    const type = String(block.type)
    return older && NEWER.includes(type)
      ? [{ message: `unsupported type: ${type}`, pointer: `${pointer}/${index}/type` }]
      : []
  })
}
