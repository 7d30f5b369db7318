import { ABORT, at, type Bug, call, FIRST_STEPS, pause, START } from './bug.ts'

/** Mistakes in how interactions are received and decided. */
export const BUGS_OF_INTERACTIONS: Bug[] = [
  {
    name: 'the inbox has no unique key',
    patches: [
      {
        file: 'db/migrations/2026-11-28-first-tables.ts',
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
        file: 'src/operations/interaction.ts',
        find: '  if (form && !(await insertTaken(',
        replace: "  if (form === '' && !(await insertTaken(",
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
    name: 'a token may be in two rotations',
    patches: [
      {
        file: 'src/domain/rotation/open-rotation.ts',
        find: '  if (conflicts.length > 0) throw',
        replace: '  if (conflicts.length < 0) throw',
      },
      {
        file: 'db/migrations/2026-11-28-first-tables.ts',
        find: 'create unique index tokens_open_once',
        replace: 'create index tokens_open_once',
      },
    ],
    rules: ['tokens-once'],
    acts: [START, START],
    faults: [],
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
