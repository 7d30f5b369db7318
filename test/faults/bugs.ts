import type { CallName } from './calls.ts'
import type { CallFault } from './http-proxy.ts'
import type { RuleName } from './oracle.ts'
import type { Act, Fault, PlannedFault } from './plan.ts'

/** A replacement in one file; the text must occur there exactly once. */
export interface Patch {
  file: string
  find: string
  replace: string
}

/** A mistake as somebody could make it, and a plan on which only the mistake breaks a rule. */
export interface Bug {
  name: string
  patches: Patch[]
  /** Any of these must see it. */
  rules: RuleName[]
  acts: Act[]
  faults: PlannedFault[]
}

const START: Act = { do: 'start', by: 'operator', environment: 'sandbox', often: 'once' }
const ABORT: Act = { do: 'abort', by: 'operator', often: 'once' }
const WORKFLOW: Act = { do: 'start-workflow', by: 'operator', often: 'once' }
const FIRST_STEPS: Act[] = (['inventory-review', 'automation-health'] as const).map((step) => ({
  do: 'complete-step',
  by: 'operator',
  step,
  patient: true,
  often: 'once',
}))
const INCIDENT: Act = {
  do: 'incident',
  by: 'operator',
  environment: 'sandbox',
  severity: 'P1',
  supersede: false,
  often: 'once',
}
/** More calls than a run makes. */
const MANY = 1_000
const pause = (ms: number): Act => ({ do: 'pause', ms })

const at = (before: number, fault: Fault): PlannedFault => ({ before, fault })
const call = (before: number, fault: CallFault, name: CallName, times = 1): PlannedFault =>
  at(before, { kind: 'call', fault, call: name, skip: 0, times })

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
    rules: ['cards-true'],
    acts: [START, ABORT],
    faults: [call(0, 'refused', 'post-message')],
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
    rules: ['clicks-recorded'],
    acts: [START, ABORT, pause(500)],
    faults: [at(2, { kind: 'signal', signal: 'SIGKILL', afterMs: 0 })],
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
    rules: ['clicks-recorded'],
    acts: [START, ABORT],
    faults: [],
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
    rules: ['answered'],
    acts: [START, ...FIRST_STEPS.slice(0, 1)],
    faults: [call(1, 'late', 'open-modal')],
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
    rules: ['not-deaf'],
    acts: [START, pause(1_500)],
    faults: [at(1, { kind: 'socket', fault: 'no-hello' })],
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
    rules: ['no-unhandled-rejection', 'process-kept'],
    acts: [START, ABORT],
    faults: [call(0, 'refused', 'post-message')],
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
    rules: ['nothing-after-abort'],
    acts: [START, ...FIRST_STEPS, WORKFLOW, ABORT, pause(2_500)],
    faults: [call(3, 'limited', 'start-run', MANY)],
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
    rules: ['messages-once', 'cards-true'],
    acts: [pause(5_000), START, pause(4_500), ABORT],
    faults: [at(0, { kind: 'second-bot', acts: 4 }), call(1, 'slow', 'post-message')],
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
    rules: ['messages-once', 'cards-true'],
    acts: [START, ABORT],
    faults: [call(0, 'lost', 'post-message')],
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
    rules: ['steps-proven'],
    acts: [START, ...FIRST_STEPS.slice(0, 1)],
    faults: [at(1, { kind: 'switch', id: 'metadata-missing', acts: 1 })],
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
    rules: ['chain-intact'],
    acts: [START, ABORT],
    faults: [],
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
    rules: ['runs-once'],
    acts: [START, ...FIRST_STEPS, WORKFLOW, pause(1_500)],
    faults: [call(3, 'lost', 'start-run')],
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
    rules: ['cards-true'],
    acts: [START, ABORT],
    faults: [],
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
    rules: ['log-rows-once'],
    acts: [INCIDENT, pause(500)],
    faults: [call(0, 'lost', 'commit-row')],
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
    rules: ['pages-once'],
    acts: [INCIDENT, pause(500)],
    faults: [call(0, 'lost', 'page')],
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
    rules: ['actors-allowed'],
    acts: [{ ...START, by: 'bystander' }],
    faults: [],
  },
  {
    name: 'a failed job is not tried again',
    patches: [
      {
        file: 'db/queries/outbox-jobs.ts',
        find: ".set({ state: 'queued', leaseUntil: null, leaseHolder: null, problem, limitedUntil, nextAt })",
        replace:
          ".set({ state: 'running', leaseUntil: Number.MAX_SAFE_INTEGER, problem, limitedUntil, nextAt })",
      },
    ],
    rules: ['jobs-done'],
    acts: [START, ABORT],
    faults: [call(0, 'refused', 'post-message')],
  },
  {
    name: 'a token may be in two rotations',
    patches: [
      {
        file: 'src/domain/rotation/open-rotation.ts',
        find: '  if (conflicts.length > 0) throw',
        replace: '  if (conflicts.length < 0) throw',
      },
      {
        file: 'db/migrations/2026-11-27-first-tables.ts',
        find: 'create unique index tokens_open_once',
        replace: 'create index tokens_open_once',
      },
    ],
    rules: ['tokens-once'],
    acts: [START, START],
    faults: [],
  },
  {
    name: 'a report is written without a look for its comment',
    patches: [
      {
        file: 'src/integrations/marked-comments.ts',
        find: '  const comments = [...existing]\n',
        replace: '  const comments: Written[] = existing.slice(existing.length)\n',
      },
    ],
    rules: ['comments-once'],
    acts: [START, ABORT],
    faults: [call(1, 'lost', 'write-comment')],
  },
  {
    name: 'a form is acknowledged before it is decided',
    patches: [
      {
        file: 'commands/forms/index.ts',
        find: '  const answer = await inbox.answer<FormAnswer>(',
        replace: '  await ack()\n  const answer = await inbox.answer<FormAnswer>(',
      },
      {
        file: 'commands/forms/index.ts',
        find: '  await (answer ? ack(answer) : ack())\n',
        replace: '  if (answer) return\n',
      },
    ],
    rules: ['clicks-recorded'],
    acts: [START, ABORT],
    faults: [at(1, { kind: 'database-locked', ms: 6_000 })],
  },
  {
    name: 'jobs are queued after the transaction of their change',
    patches: [
      {
        file: 'src/operations/change.ts',
        find: '  await insertJobs(tx, jobs, context.clock.now())\n',
        replace:
          '  setTimeout(() => void insertJobs(context.db, jobs, context.clock.now()).catch(() => {}), 1_000)\n',
      },
    ],
    rules: ['cards-true'],
    acts: [START, ABORT, pause(500)],
    faults: [at(2, { kind: 'signal', signal: 'SIGKILL', afterMs: 0 })],
  },
  {
    name: 'a call to Slack has no deadline',
    patches: [
      {
        file: 'src/startup/connect-systems.ts',
        find: '    timeout: SLACK_TIMEOUT_MS,\n',
        replace: '',
      },
    ],
    rules: ['jobs-done'],
    acts: [START, ABORT],
    faults: [call(0, 'ignored', 'post-message')],
  },
  {
    name: 'a connection that was cut is not opened again',
    patches: [
      {
        file: 'src/integrations/slack/keep-connected.ts',
        find: "    this.#log.warn('disconnected from Slack')\n    this.#reconnect()\n",
        replace: "    this.#log.warn('disconnected from Slack')\n",
      },
    ],
    rules: ['not-deaf'],
    acts: [START, pause(500)],
    faults: [at(1, { kind: 'socket', fault: 'cut' })],
  },
]
