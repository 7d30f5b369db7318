import type { InputBlock } from '@slack/types'
import { MAX_FILES } from '#domain/rotation/evidence'
import { input, textArea } from './blocks.ts'
import { INPUTS } from './ids.ts'

/** Where a person adds what the approvers should see: links, and files. */
export const evidenceInputs = (): InputBlock[] => [
  textArea(INPUTS.evidence, 'Evidence links', {
    optional: true,
    hint: 'What the approvers should see, such as screenshots or log excerpts: one address per line, starting with https:// or http://.',
  }),
  input(
    INPUTS.files,
    'Evidence files',
    { type: 'file_input', max_files: MAX_FILES },
    {
      optional: true,
      hint: `Up to ${MAX_FILES} images or texts. They stay in Slack: the bot keeps name, size, digest and link. Texts are searched for credentials, images cannot be: look at them before you upload them.`,
    },
  ),
]
