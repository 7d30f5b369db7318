import type { SlackCommandMiddlewareArgs } from '@slack/bolt'
import { closest, distance } from 'fastest-levenshtein'
import { Refusal } from '#domain/rotation/refusal'
import { recognizeCredential } from '#redaction/find-credential'
import type { Context } from '#src/context'
import type { Message } from '#views/blocks'
import { help } from '#views/help'
import type { Inbox } from '../inbox.ts'
import type { RateLimit } from '../rate-limit.ts'
import { abortCommand } from './abort.ts'
import { delegateCommand } from './delegate.ts'
import { doctorCommand } from './doctor.ts'
import { handoffCommand } from './handoff.ts'
import { historyCommand } from './history.ts'
import { incidentCommand } from './incident.ts'
import { inventoryCommand } from './inventory.ts'
import { runMine } from './mine.ts'
import { registryCommand } from './registry.ts'
import { revocationsCommand } from './revocations.ts'
import { rollbackCommand } from './rollback.ts'
import { showCommand } from './show.ts'
import { startCommand } from './start.ts'
import { statusCommand } from './status.ts'
import type { Subcommand } from './subcommand.ts'
import { timelineCommand } from './timeline.ts'
import { waiveCommand } from './waive.ts'
import { whoCommand } from './who.ts'

/**
 * Every word that can follow `/rotation`, in the order of the help. The sandbox's completion is built from it;
 * `test/architecture/subcommands.test.ts` compares the manifest's hint and the README's table with it.
 */
export const SUBCOMMANDS: Subcommand[] = [
  statusCommand,
  startCommand,
  incidentCommand,
  showCommand,
  historyCommand,
  timelineCommand,
  revocationsCommand,
  inventoryCommand,
  registryCommand,
  handoffCommand,
  delegateCommand,
  rollbackCommand,
  abortCommand,
  waiveCommand,
  whoCommand,
  doctorCommand,
  { usage: 'help', does: 'this list', run: ({ answer }) => answer(help(SUBCOMMANDS)) },
]

const wordOf = ({ usage }: Subcommand): string => usage.split(' ')[0] ?? usage

// Edit distance up to which a word counts as a typing mistake.
const MOST_SLIPS = 3

/** `/rotation …`: acknowledges, then calls the subcommand. */
export async function handleSlash(
  { ack, command, respond }: SlackCommandMiddlewareArgs,
  context: Context,
  inbox: Inbox,
  limit: RateLimit,
): Promise<void> {
  await ack()
  const { user_id: user, user_name: name, trigger_id: id } = command
  await inbox.take({ id, user, name }, () => {
    limit.take(user)
    return runSubcommand({ command, respond }, context)
  })
}

async function runSubcommand(
  { command, respond }: Pick<SlackCommandMiddlewareArgs, 'command' | 'respond'>,
  context: Context,
): Promise<void> {
  // Answers and forms repeat what was typed.
  const kind = recognizeCredential(command.text)
  if (kind) throw new Refusal('typed-credential', { kind })
  const [typed = '', ...words] = command.text.trim().split(/\s+/)
  const answer = async (message: Message, { replace } = { replace: false }) => {
    await respond({ response_type: 'ephemeral', ...message, ...(replace && { replace_original: true }) })
  }
  const name = typed.toLowerCase()
  const { user_id: user, channel_id: channel, trigger_id: trigger } = command
  const call = { user, channel, trigger, words, answer }
  if (name === '') return runMine(call, context)
  const subcommand = SUBCOMMANDS.find((each) => wordOf(each) === name)
  if (!subcommand) {
    await answer(help(SUBCOMMANDS, { unknown: command.text.trim(), nearest: nearestTo(name) }))
    return
  }
  await subcommand.run(call, context)
}

function nearestTo(name: string): string | null {
  const nearest = closest(name.slice(0, 40), SUBCOMMANDS.map(wordOf))
  return distance(name, nearest) <= MOST_SLIPS ? nearest : null
}
