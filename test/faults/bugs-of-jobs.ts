import { ABORT, at, type Bug, call, FIRST_STEPS, INCIDENT, MANY, pause, START, WORKFLOW } from './bug.ts'

/** Mistakes in what follows a decision. */
export const BUGS_OF_JOBS: Bug[] = [
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
    acts: [pause(8_000), START, pause(4_500), ABORT],
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
    // Otherwise the run is seen in the list before the retry.
    faults: [call(3, 'lost', 'start-run'), call(3, 'server-error', 'list-runs', MANY)],
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
    name: 'a failed job is not tried again',
    patches: [
      {
        file: 'db/queries/outbox-jobs.ts',
        find: ".set({ state: 'queued', leaseUntil: null, leaseHolder: null, problem, limitedUntil, nextAt })",
        replace:
          ".set({ state: 'running', leaseUntil: Number.MAX_SAFE_INTEGER, problem, limitedUntil, nextAt })",
      },
      // A lease that is too long is shortened within a minute.
      {
        file: 'src/outbox/clock-steps.ts',
        find: '      await limitWaits(db, pauseMs)\n      await limitLeases(db, leaseMs)\n',
        replace: '',
      },
    ],
    rules: ['jobs-done'],
    acts: [START, ABORT],
    faults: [call(0, 'refused', 'post-message')],
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
    name: 'jobs are queued after the transaction of their change',
    patches: [
      {
        file: 'src/operations/change.ts',
        find: '  await insertJobs(tx, jobs, at)\n',
        replace: '  setTimeout(() => void insertJobs(context.db, jobs, at).catch(() => {}), 1_000)\n',
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
]
