import type { ViewOutput } from '@slack/bolt'
import type { ModalView } from '@slack/types'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configuredPeople } from '#authorization/configured-people'
import type { Action } from '#authorization/permissions'
import { BUTTONS } from '#commands/buttons/index'
import { readSubmission } from '#commands/forms/form'
import { FORM_HANDLERS } from '#commands/forms/index'
import { SUBCOMMANDS } from '#commands/slash/index'
import { insertDelegation } from '#db/queries/delegations'
import { setFoundRuns } from '#db/queries/found-runs'
import type { Db } from '#db/schema'
import { Refusal } from '#domain/rotation/refusal'
import { abortRotation } from '#operations/abort-rotation'
import { requestBreakGlass } from '#operations/break-glass'
import type { Context } from '#src/context'
import { FORGED_ANSWERS, forgedForm } from '#test/support/forged-view'
import { BUTTON_ROWS, COMMAND_ROWS, FORM_ROWS, type Row } from '#test/support/people-matrix'
import { type Answers, type Block, valuesOf, wordsOf } from '#test/support/person'
import { createRecordingSlack, type RecordingSlack } from '#test/support/recording-slack'
import { aFoundRun, OPERATOR } from '#test/support/rotation-builder'
import { openEachState, STATES, type State } from '#test/support/rotation-states'
import { aSigningKey } from '#test/support/signing-keys'
import { type Snapshot, takeSnapshot } from '#test/support/snapshots'
import { createUserGroups, TEAM, type UserGroups } from '#test/support/user-groups'
import { openWorkspace, type Workspace } from '#test/support/workspace'
import { DELEGATIONS, GROUPS, PEOPLE, WRITTEN } from '#test/support/written-permissions'
import { FORMS } from '#views/ids'

/** Everybody, with their column of the table. Those who are no members are in every list, which helps them nothing. */
const EVERYBODY = {
  U0OPERATORINGROUP: 0,
  U0ONCALL: 1,
  U0LEAD: 2,
  U0OWNERINGROUP: 3,
  U0LEADDELEGATE: 4,
  U0OWNERDELEGATE: 5,
  U0BYSTANDER: 6,
  U0GUEST: null,
  U0DEACTIVATED: null,
} as const
type Who = keyof typeof EVERYBODY
const NOBODIES = { U0GUEST: 'is_restricted', U0DEACTIVATED: 'deleted' }

/** Refused to this person, refused for what the rotation is in, or done. */
type Outcome = 'refused' | 'not now' | 'done'

const mayDo = (who: Who, action: Action | null, state: State): boolean => {
  const column = EVERYBODY[who]
  if (action === null) return true
  if (column === null) return false
  const written = WRITTEN[action][column]
  return written === 'yes' || (written === 'incident' && state === 'incident')
}

const expected = (who: Who, { action, works }: Row, state: State): Outcome => {
  if (!mayDo(who, action, state)) return 'refused'
  return works.includes(state) ? 'done' : 'not now'
}

const KINDS = [
  ['form', FORM_ROWS],
  ['button', BUTTON_ROWS],
  ['command', COMMAND_ROWS],
] as const
type Kind = (typeof KINDS)[number][0]

/** What has nothing to do with a rotation is tried beside one of them. */
const rowsFor = (state: State) =>
  KINDS.flatMap(([kind, rows]) =>
    rows
      .filter(({ isGeneral }) => !isGeneral || state === 'new')
      .map((row) => ({ kind, row, name: `${kind} ${row.id} (${row.action})` })),
  )

const REFUSED = /You may not /
/** Slack was too slow for a permission, as on a busy machine. Nothing was done, and a person tries again. */
const NOT_READ = /did not say in time/
/** Messages in a modal that are no refusals. */
const ANSWERED = /status was posted|\d+ fine\*/

describe('every command, button and form', () => {
  let workspace: Workspace
  let groups: UserGroups
  let screen: RecordingSlack
  let snapshot: Snapshot
  let labels: Record<State, string>
  let db: Db
  let context: Context

  beforeAll(async () => {
    workspace = await openWorkspace()
    labels = await openEachState(workspace)
    groups = await createUserGroups(GROUPS)
    for (const [id, flag] of Object.entries(NOBODIES)) groups.accounts.set(id, { [flag]: true })
    screen = await createRecordingSlack()
    const at = workspace.bot.context.clock.now()
    snapshot = await takeSnapshot(workspace.bot.context.db, async (copy) => {
      for (const [role, from, to] of DELEGATIONS)
        await insertDelegation(copy, { role, from, to, lastDay: '2099-01-01', until: '2099-01-02', at })
      await setFoundRuns(copy, [aFoundRun({ kind: 'rotate', environment: null, createdAt: at })])
    })
    await openCopy()
  }, 240_000)
  afterAll(async () => {
    await snapshot.close()
    await screen.close()
    await groups.close()
    await workspace.close()
  })

  /** A bot on a copy of the database that does no jobs: what is done changes the copy alone. */
  async function openCopy(): Promise<void> {
    db = await snapshot.open()
    const { bot, config } = workspace
    const with_ = (list: string[]) => [...list, ...Object.keys(NOBODIES)]
    const people = {
      ...config.people,
      ...PEOPLE,
      operators: with_(PEOPLE.operators),
      'devops-lead': with_(PEOPLE['devops-lead']),
      'ai-ops-owner': with_(PEOPLE['ai-ops-owner']),
    }
    context = {
      ...bot.context,
      db,
      slack: screen.slack,
      people: configuredPeople(groups.slack, people, TEAM),
      config: { ...config, people, signingKeys: { ...config.signingKeys, current: aSigningKey() } },
      outbox: { wake: () => {}, delivered: async () => undefined },
      stopping: AbortSignal.abort(),
    }
  }

  const idOf = (state: State): number => Number(labels[state].slice(1))

  /** What must have happened before somebody can do it. */
  const PREPARED: Record<string, () => Promise<unknown>> = {
    // An unsigned version of the incident is current in production.
    deploy: () => abortRotation(context, idOf('incident'), OPERATOR, 'a false alarm'),
    'acknowledge-break-glass': () =>
      requestBreakGlass(context, idOf('incident'), { by: OPERATOR, reason: 'agents are down' }),
  }

  const valueFor = (row: Row, label: string): string => {
    const day = new Date(Date.parse(context.clock.now()) + 3 * 86_400_000).toISOString().slice(0, 10)
    return (row.value ?? label).replace('{label}', label).replace('{day}', day)
  }

  const press = async (who: Who, row: Row, label: string): Promise<unknown> => {
    const [, handler] =
      BUTTONS.find(([id]) => (typeof id === 'string' ? id === row.id : id.test(row.id))) ?? []
    const click = {
      user: who,
      trigger: '1.2.3',
      actionId: row.id,
      value: valueFor(row, label),
      // From the App Home, a status goes to the channel.
      responseUrl: row.id === 'share-status' ? null : screen.responseUrl,
      modal: row.modal ? { viewId: 'V1', hash: 'h', callbackId: row.modal } : null,
      form: null,
    }
    if (!handler) throw new Error(`no button ${row.id}`)
    return handler(click, context)
  }

  const type = async (who: Who, row: Row, label: string): Promise<unknown> => {
    const command = SUBCOMMANDS.find(({ usage }) => usage.split(' ')[0] === row.id)
    const words = valueFor(row, label).split(' ').filter(Boolean)
    const call = { user: who, channel: 'C1', trigger: '1.2.3', words, answer: async () => {} }
    if (!command) throw new Error(`no command ${row.id}`)
    return command.run(call, context)
  }

  const openForm = async (who: Who, row: Row, label: string): Promise<void> => {
    const opener = row.opens ?? ''
    if (opener.startsWith('/')) await type(who, { ...row, id: opener.slice(1) }, label).catch(() => {})
    else if (opener) await press(who, { ...row, id: opener }, label).catch(() => {})
  }

  /** The words of the message that is shown in a modal. */
  function wordsShown(): string {
    const shown = screen.shown()
    return shown?.callback_id === FORMS.message ? wordsOf(shown) : ''
  }

  /** Sends the form as its button opens it, or a forged one where it opens none. */
  const submit = async (who: Who, row: Row, label: string): Promise<unknown> => {
    await openForm(who, row, label)
    if (NOT_READ.test(wordsShown())) await openForm(who, row, label)
    const shown = screen.shown()
    screen.clear()
    const role = row.action?.replace('sign-off:', '') ?? ''
    const forged = { rotation: label, role, digest: 'd'.repeat(64), environment: 'production' }
    const view = shown?.callback_id === row.id ? shown : forgedForm(row.id, forged)
    const handler = FORM_HANDLERS.find(([id]) => id === row.id)?.[1]
    if (!handler) throw new Error(`no form ${row.id}`)
    return handler(readSubmission(who, submissionOf(view)), context)
  }

  const DO: Record<Kind, typeof press> = { form: submit, button: press, command: type }

  /** Judged by the answer that the person gets. */
  async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
    screen.clear()
    try {
      const errors = await work()
      const words = Object.values(errors ?? {}).join() || wordsShown()
      if (NOT_READ.test(words)) return outcomeOf(work)
      if (words.includes('internal error')) throw new Error(words)
      if (words === '' || ANSWERED.test(words)) return 'done'
      return REFUSED.test(words) ? 'refused' : 'not now'
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.code === 'permission-unreadable') return outcomeOf(work)
      return error.code === 'not-allowed' || error.code === 'not-a-member' ? 'refused' : 'not now'
    }
  }

  const recorded = async () => {
    const count = (table: 'events' | 'outboxJobs' | 'delegations' | 'shownSignOffs') =>
      db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
    return {
      events: await count('events'),
      jobs: await count('outboxJobs'),
      delegations: await count('delegations'),
      shown: await count('shownSignOffs'),
    }
  }

  it('is in the matrix', () => {
    const ids = (rows: Row[]) => rows.map(({ id }) => id)
    expect(FORM_HANDLERS.map(([id]) => id).filter((id) => !ids(FORM_ROWS).includes(id))).toEqual([])
    const words = SUBCOMMANDS.map(({ usage }) => usage.split(' ')[0] ?? '')
    expect(words.filter((word) => !ids(COMMAND_ROWS).includes(word))).toEqual([])
    const hasRow = ([id]: (typeof BUTTONS)[number]) =>
      ids(BUTTON_ROWS).some((row) => (typeof id === 'string' ? id === row : id.test(row)))
    expect(BUTTONS.filter((each) => !hasRow(each)).map(([id]) => String(id))).toEqual([])
  })

  describe.each(STATES)('about a rotation that is %s', (state) => {
    it.each(Object.keys(EVERYBODY) as Who[])(
      'is done by %s only where they may, and changes nothing where not',
      async (who) => {
        const wanted: Record<string, Outcome> = {}
        const found: Record<string, Outcome | string> = {}
        let before = await recorded()
        for (const { kind, row, name } of rowsFor(state)) {
          wanted[name] = expected(who, row, state)
          const prepare = wanted[name] === 'done' && PREPARED[row.id.replace(':production', '')]
          if (prepare) await prepare()
          found[name] = await outcomeOf(() => DO[kind](who, row, labels[state]))
          const after = await recorded()
          const isChanged = JSON.stringify(after) !== JSON.stringify(before)
          if (isChanged && found[name] === 'refused') found[name] = 'refused, and changed something'
          if (!isChanged && kind === 'form' && found[name] === 'done')
            found[name] = 'done, and changed nothing'
          if (row.either?.includes(state) && found[name] === 'done') wanted[name] = 'done'
          if (!isChanged) continue
          await openCopy()
          before = await recorded()
        }
        expect(found).toEqual(wanted)
      },
      60_000,
    )
  })
})

/** A form as Slack sends it. */
function submissionOf(view: ModalView): ViewOutput {
  const blocks = view.blocks as Block[]
  const values = valuesOf({ blocks }, Object.fromEntries(blocks.flatMap(answerOf)))
  return { ...view, id: 'V1', hash: 'h', previous_view_id: null, state: { values } } as unknown as ViewOutput
}

const CHOSEN: Record<string, Answers[string]> = {
  owner: { user: 'U0OPERATORINGROUP' },
  scope: ['environment:sandbox', 'agent:evaluator'],
  hours: '48',
}

/** What a person answers: what is chosen already, every tick, or the first choice. */
function answerOf({ block_id = '', element }: Block): [string, Answers[string]][] {
  const chosen = CHOSEN[block_id]
  if (chosen) return [[block_id, chosen]]
  const isChosen = element?.initial_option ?? element?.initial_options ?? element?.initial_date
  if (!element || isChosen || element.initial_date_time) return []
  const groups = element.option_groups?.flatMap((each) => each.options) ?? []
  const [first, ...more] = [...(element.options ?? []), ...groups].map(({ value }) => value)
  if (first === undefined) return [[block_id, FORGED_ANSWERS[block_id as keyof typeof FORGED_ANSWERS]]]
  if (element.type === 'checkboxes') return [[block_id, [first, ...more]]]
  return [[block_id, element.type === 'multi_static_select' ? [first] : first]]
}
