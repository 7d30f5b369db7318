import { DatabaseBusy, withBusyLimit } from '#db/busy'
import { findTaken } from '#db/queries/inbox'
import { setPerson } from '#db/queries/people'
import { AlreadyTaken, type Interaction, keepAnswer, withInteraction } from '#operations/interaction'
import { censor } from '#redaction/censor'
import type { Context } from '#src/context'

/** Below Slack's limit of 3 s for an answer, and for a modal that a click opens. */
const PATIENCE_MS = 2_000
/** Nobody waits for it. */
const KEEPING = { ms: 60_000, until: null }
const REMEMBERED_MS = 60_000
const MOST_REMEMBERED = 500

type Sender = Pick<Interaction, 'id' | 'user' | 'name' | 'form'>

/** People choose their names themselves. */
const censored = (sender: Sender): Sender => ({ ...sender, name: sender.name && censor(sender.name) })

/** Takes each interaction once, however often Slack delivers it. */
export interface Inbox {
  /**
   * Does what an acknowledged interaction asks for. A copy does nothing.
   *
   * @throws whatever the work throws
   */
  take(sender: Sender, work: () => Promise<void>): Promise<void>
  /**
   * Decides a form before it is acknowledged, in at most two seconds. A copy gets the answer of the first.
   *
   * @param work returns what Slack is answered; undefined is an acknowledgement alone
   * @param onError the answer to an error of the work
   */
  answer<T>(sender: Sender, work: () => Promise<T>, onError: (error: unknown) => Promise<T>): Promise<T>
}

/**
 * The inbox of a process. What an interaction changes is recorded with it in the database; copies that arrive at the same time,
 * or ask for what changes nothing, are recognized by what the process remembers of the last minute.
 */
export function createInbox(context: Context): Inbox {
  const recent = new Map<string, { at: number; result: Promise<unknown> }>()

  /** @returns undefined for a copy */
  function remember<T>(id: string, work: () => Promise<T>): Promise<T> | undefined {
    const now = Date.now()
    for (const [known, { at }] of recent) {
      if (now - at < REMEMBERED_MS && recent.size < MOST_REMEMBERED) break
      recent.delete(known)
    }
    if (recent.has(id)) return undefined
    const result = work()
    recent.set(id, { at: now, result })
    return result
  }

  /** Later, and only if it changed: nobody waits for a name. */
  function learnName({ user, name }: Sender): void {
    if (name === null) return
    setPerson(context.db, user, name, context.clock.now()).catch((error) =>
      context.log.warn({ error, user }, 'a name could not be saved; the next interaction tries again'),
    )
  }

  /** What was refused is recorded also when the database is busy now: a copy must not do it later. */
  function keepLater(id: string, answer: unknown): void {
    withBusyLimit(KEEPING, () => keepAnswer(context, id, answer)).catch((error) =>
      context.log.error({ error }, 'an answer could not be recorded; a late copy would be decided again'),
    )
  }

  async function keep<T>(id: string, answer: T): Promise<T> {
    try {
      return ((await keepAnswer(context, id, answer)) ?? undefined) as T
    } catch (error) {
      if (!(error instanceof DatabaseBusy)) throw error
      keepLater(id, answer)
      return answer
    }
  }

  async function process(interaction: Interaction, work: () => Promise<void>): Promise<void> {
    try {
      await withBusyLimit({ ms: PATIENCE_MS, until: null }, () => withInteraction(interaction, work))
    } catch (error) {
      if (error instanceof AlreadyTaken) return
      if (!interaction.isTaken) keepLater(interaction.id, null)
      throw error
    }
  }

  async function decide<T>(
    interaction: Interaction,
    work: () => Promise<T>,
    onError: (error: unknown) => Promise<T>,
  ): Promise<T> {
    const { id } = interaction
    const limit = { ms: PATIENCE_MS, until: Date.now() + PATIENCE_MS }
    const decideOnce = async (): Promise<T> => {
      const known = await findTaken(context.db, id)
      if (known) return (known.answer ?? undefined) as T
      let answer: T
      try {
        answer = await withInteraction(interaction, work)
      } catch (error) {
        if (error instanceof AlreadyTaken) return (error.answer ?? undefined) as T
        if (interaction.isTaken) {
          // The change is saved, and its answer with it.
          context.log.error({ error }, 'what follows a saved form failed')
          return undefined as T
        }
        answer = await onError(error)
      }
      return interaction.isTaken ? answer : keep(id, answer)
    }
    return withBusyLimit(limit, decideOnce)
  }

  return {
    async take(sender, work) {
      const known = censored(sender)
      learnName(known)
      await remember(sender.id, () => process({ ...known, isTaken: false }, work))
    },
    async answer(from, work, onError) {
      const sender = censored(from)
      const first = remember(sender.id, () => decide({ ...sender, isTaken: false }, work, onError))
      const answer = await (first ?? recent.get(sender.id)?.result)
      learnName(sender)
      return answer as Awaited<ReturnType<typeof work>>
    },
  }
}
