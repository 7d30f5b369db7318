import type { Act, Fault, Plan } from './plan.ts'

/** A replacement in one file; the text must occur there exactly once. */
export interface Patch {
  file: string
  find: string
  replace: string
}

/** A mistake as somebody could make it. */
export interface Bug {
  name: string
  patches: Patch[]
  /** Whether this plan can bring it to light. */
  suits(plan: Plan): boolean
}

type CallPlanned = Extract<Fault, { kind: 'call' }>

/** Whether a fault of a call begins at, or up to two acts before, an act that satisfies the condition. */
const hasCall =
  (isFault: (fault: CallPlanned) => boolean, isAct: (act: Act) => boolean = () => true) =>
  ({ acts, faults }: Plan): boolean =>
    faults.some(
      ({ before, fault }) =>
        fault.kind === 'call' && isFault(fault) && acts.slice(before, before + 2).some(isAct),
    )

const hasFault =
  (isFault: (fault: Fault) => boolean) =>
  ({ faults }: Plan): boolean =>
    faults.some(({ fault }) => isFault(fault))

/** Whether the bot is killed after its first act, whatever happens. */
const isKilledLater = ({ faults }: Plan): boolean =>
  faults.some(({ before, fault }) => before > 0 && fault.kind === 'signal' && fault.signal === 'SIGKILL')
const losesAnswer = ({ fault, writes, skip }: CallPlanned): boolean =>
  ['lost', 'server-error-after', 'kill-after'].includes(fault) && writes && skip === 0
const isChange = (act: Act): boolean => 'often' in act && 'by' in act && act.by === 'operator'
const startsWell = ({ acts }: Plan): boolean => acts[0]?.do === 'start' && acts[0].by === 'operator'
const submitsEarly = ({ acts }: Plan): boolean =>
  acts.some((act) => act.do === 'complete-step' && !act.patient && act.by === 'operator')
const aborts = ({ acts }: Plan): boolean => acts.some((act) => act.do === 'abort' && act.by === 'operator')

/** One mistake for each promise that the oracle watches. */
export const BUGS: Bug[] = [
  {
    name: 'a job is marked done before it is done',
    patches: [
      {
        file: 'src/outbox/worker.ts',
        find: '    const outcome = await handle(job, context)\n    await finish(job, outcome, context)\n',
        replace:
          '    await finish(job, {}, context)\n    const outcome = await handle(job, context)\n    await inTransaction(context.db, async (tx) => {\n      await outcome.save?.(tx)\n      await insertJobs(tx, outcome.follow ?? [], context.clock.now())\n    })\n',
      },
    ],
    suits: hasCall(({ system, fault }) => system === 'slack' && fault === 'refused', isChange),
  },
  {
    name: 'the inbox has no unique key',
    patches: [
      {
        file: 'db/migrations/2026-11-27-first-tables.ts',
        find: "    .createTable('inbox')\n    .addColumn('id', 'text', (c) => c.primaryKey())",
        replace: "    .createTable('inbox')\n    .addColumn('id', 'text', (c) => c.notNull())",
      },
      {
        file: 'db/queries/inbox.ts',
        find: "    .onConflict((oc) => oc.column('id').doNothing())\n",
        replace: '',
      },
      {
        file: 'commands/inbox.ts',
        find: '      const known = await findTaken(context.db, id)\n      if (known)',
        replace: '      const known = await findTaken(context.db, id)\n      if (known && known === null)',
      },
    ],
    suits: (plan) => startsWell(plan) && aborts(plan) && isKilledLater(plan),
  },
  {
    name: 'the inbox is switched off',
    patches: [
      {
        file: 'src/operations/interaction.ts',
        find: 'if (!interaction || interaction.isTaken) return inTransaction',
        replace: 'if (interaction !== null) return inTransaction',
      },
      {
        file: 'commands/inbox.ts',
        find: '    if (recent.has(id)) return undefined\n',
        replace: '',
      },
      {
        file: 'commands/inbox.ts',
        find: '      if (known) return',
        replace: '      if (known === null) return',
      },
    ],
    suits: (plan) => startsWell(plan) && aborts(plan),
  },
  {
    name: 'a click is acknowledged after what it asks for',
    patches: [
      {
        file: 'commands/buttons/index.ts',
        find: '  await ack()\n  const { view, user } = body',
        replace: '  const { view, user } = body',
      },
      {
        file: 'commands/buttons/index.ts',
        find: '      await handler(click, context)\n    } catch',
        replace: '      await handler(click, context)\n      await ack()\n    } catch',
      },
    ],
    suits: hasCall(
      ({ system, fault, writes, skip }) => system === 'slack' && fault === 'late' && writes && skip === 0,
      (act) => act.do === 'complete-step' && act.by === 'operator',
    ),
  },
  {
    name: 'opening a connection has no deadline',
    patches: [
      {
        file: 'src/integrations/slack/open-socket.ts',
        find: '    deadlineMs,\n  )\n  client.on(',
        replace: '    2 ** 31 - 1,\n  )\n  client.on(',
      },
    ],
    suits: hasFault((fault) => fault.kind === 'socket' && fault.fault === 'no-hello'),
  },
  {
    name: 'a rejection has no handler',
    patches: [
      {
        file: 'src/outbox/worker.ts',
        find: "    log.debug({ error }, 'why the job failed')\n",
        replace: '    void Promise.reject(error)\n',
      },
    ],
    suits: hasCall(({ system, fault }) => system === 'slack' && fault === 'refused', isChange),
  },
  {
    name: 'a dispatch is not decided again before it is sent',
    patches: [
      {
        file: 'src/outbox/workflow-dispatch.ts',
        find: '  if (!(await isWanted(decided.rotation, decided.run, context))) return NOT_WANTED\n',
        replace: '',
      },
      {
        file: 'src/outbox/workflow-dispatch.ts',
        find: "    if (now?.version !== decided.version) throw new Postponed('The rotation was changed meanwhile', 0)\n",
        replace: '',
      },
    ],
    suits: ({ acts, faults }) =>
      acts.some(
        (act, index) =>
          act.do === 'abort' &&
          act.by === 'operator' &&
          acts[index - 1]?.do === 'start-workflow' &&
          faults.some(
            ({ before, fault }) =>
              before === index - 1 &&
              fault.kind === 'switch' &&
              fault.id === 'github-unavailable' &&
              fault.acts > 1,
          ),
      ),
  },
  {
    name: 'a lease keeps nobody else from a job',
    patches: [
      {
        file: 'db/queries/outbox-jobs.ts',
        find: "    .where((eb) => eb.or([eb('job.leaseUntil', 'is', null), eb('job.leaseUntil', '<', now)]))\n",
        replace: '',
      },
    ],
    suits: (plan) =>
      startsWell(plan) && hasFault((fault) => fault.kind === 'second-bot' && fault.acts > 3)(plan),
  },
  {
    name: 'a retry does not look whether the message is there',
    patches: [
      {
        file: 'src/outbox/post-once.ts',
        find: '  if (mayHaveHappened(job)) {',
        replace: '  if (mayHaveHappened(job) && job.attempts < 0) {',
      },
    ],
    suits: hasCall(
      (fault) => fault.system === 'slack' && losesAnswer(fault),
      (act) => act.do === 'abort' && isChange(act),
    ),
  },
  {
    name: 'a step is completed without a look at its checks',
    patches: [
      {
        file: 'src/domain/rotation/complete-step.ts',
        find: '  assertVerified(rotation, at, situation)\n',
        replace: '',
      },
    ],
    suits: (plan) => startsWell(plan) && submitsEarly(plan),
  },
  {
    name: 'an event’s hash leaves out the one before',
    patches: [
      {
        file: 'src/domain/rotation/event-chain.ts',
        find: '    hash = chainHash(previousHash, event)\n',
        replace: '    hash = chainHash(GENESIS.hash, event)\n',
      },
    ],
    suits: startsWell,
  },
  {
    name: 'a retried dispatch does not look for the run',
    patches: [
      {
        file: 'src/outbox/workflow-dispatch.ts',
        find: '  if (job.sentAt !== null) return { result: await findStarted(job, job.sentAt, context) }\n',
        replace: '',
      },
    ],
    suits: ({ acts, faults }) =>
      faults.some(
        ({ before, fault }) =>
          fault.kind === 'call' &&
          fault.system === 'github' &&
          losesAnswer(fault) &&
          acts[before]?.do === 'start-workflow' &&
          isChange(acts[before]),
      ),
  },
  {
    name: 'the card is not drawn again at the end',
    patches: [
      {
        file: 'src/outbox/card.ts',
        find: '    await context.slack.chat.update({ channel: message.channel',
        replace:
          "    if (state.rotation.status === 'aborted') return {}\n    await context.slack.chat.update({ channel: message.channel",
      },
    ],
    suits: (plan) => startsWell(plan) && aborts(plan),
  },
  {
    name: 'of several edits the oldest is kept, and drawn as it was queued',
    patches: [
      {
        file: 'db/queries/outbox-jobs.ts',
        find: "          .whereRef('newer.id', '>', 'outboxJobs.id')",
        replace: "          .whereRef('newer.id', '<', 'outboxJobs.id')",
      },
      {
        file: 'src/outbox/card.ts',
        find: "  const message = await findMessage(context.db, job.rotationId, 'card')\n",
        replace:
          "  await new Promise((resolve) => setTimeout(resolve, 1_000))\n  const message = await findMessage(context.db, job.rotationId, 'card')\n",
      },
    ],
    suits: (plan) => startsWell(plan) && aborts(plan),
  },
  {
    name: 'a log entry is committed without a look for its row',
    patches: [
      {
        file: 'src/integrations/github/github-log.ts',
        find: "    if (file && hasEntry(text ?? '', entry)) return { fileUrl: file.url, commitUrl: null }\n",
        replace: '',
      },
      {
        file: 'src/integrations/github/github-log.ts',
        find: 'import { appendEntry, hasEntry, LogBroken }',
        replace: 'import { appendEntry, LogBroken }',
      },
    ],
    suits: hasCall(
      (fault) => fault.system === 'github' && losesAnswer(fault),
      (act) => act.do === 'abort' && isChange(act),
    ),
  },
  {
    name: 'a page has another key at each attempt',
    patches: [
      {
        file: 'src/integrations/pagerduty/pagerduty.ts',
        find: 'dedup_key: event.key }',
        replace: 'dedup_key: event.key + String(Math.random()) }',
      },
    ],
    suits: hasCall(
      (fault) => fault.system === 'pagerduty' && losesAnswer(fault),
      (act) => act.do === 'incident' && act.by === 'operator',
    ),
  },
  {
    name: 'everyone may start a rotation',
    patches: [
      {
        file: 'src/authorization/permissions.ts',
        find: "  'start-rotation': OPERATORS,",
        replace: "  'start-rotation': 'everyone',",
      },
    ],
    suits: ({ acts }) => acts[0]?.do === 'start' && acts[0].by !== 'operator',
  },
]
