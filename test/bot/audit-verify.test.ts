import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verify } from '#cli/audit-verify'
import type { AuditVerdict } from '#domain/audit/tampering'
import { chainHash, GENESIS } from '#domain/rotation/event-chain'
import { appendEntry } from '#domain/rotation/log-file'
import { REPOSITORY } from '#sandbox/demo-users'
import { readText, repositoryOf } from '#sandbox/github/repository'
import { connectClients } from '#startup/connect-systems'
import { aLogEntry } from '#test/support/log-entry-builder'
import { eventually } from '#test/support/person'
import { completeAllSteps, completeRotation, promote, signByBoth, start } from '#test/support/run-rotation'
import { aSigningKey } from '#test/support/signing-keys'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const KEY = aSigningKey()

describe('the audit', () => {
  let workspace: Workspace
  let folder: string
  let copies = 0
  /** A copy of the database from before the incident. */
  let older: string

  const delivered = () =>
    eventually(async () => {
      const rows = await workspace.bot.context.db
        .selectFrom('outboxJobs')
        .select('id')
        .where('kind', '=', 'log-entry')
        .where('doneAt', 'is', null)
        .execute()
      return rows.length === 0
    }, 'every row')

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-audit-'))
    workspace = await openWorkspace({
      configure: (config) => ({ ...config, signingKeys: { current: KEY, earlier: null } }),
    })
    const { operator } = workspace
    await start(operator)
    await completeAllSteps(operator, 'R1')
    await signByBoth(workspace, 'R1')
    await promote(operator, 'R1')
    await completeRotation(operator, 'R1')
    await delivered()
    older = copy()
    await operator.type('/rotation incident')
    const answers = {
      trigger: 'policy-hit',
      severity: 'P1',
      reason: 'seen in a log',
      scope: ['agent:evaluator'],
    }
    await operator.submit(await operator.modal('incident'), answers)
    await operator.card('R2')
    await delivered()
  }, 180_000)
  afterAll(async () => {
    await workspace.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A copy of the database, changed by hand. */
  function copy(change: (db: Database.Database) => void = () => {}, from = workspace.config.database) {
    const file = join(folder, `${copies++}.db`)
    const source = new Database(from)
    source.exec(`vacuum into '${file}'`)
    source.close()
    const db = new Database(file)
    db.pragma('foreign_keys = OFF')
    for (const name of ['events_only_append', 'events_no_update', 'events_no_delete'])
      db.exec(`drop trigger ${name}`)
    change(db)
    db.close()
    return file
  }
  const audit = (database = workspace.config.database): Promise<AuditVerdict> => {
    const config = { ...workspace.config, database }
    const { clock, log } = workspace.bot.context
    return verify(config, connectClients(config, clock, log))
  }
  const placesOf = ({ tampering }: AuditVerdict) =>
    tampering.map(({ place, sentence }) => `${place}: ${sentence}`)

  it('proves what nobody touched, also in a copy', async () => {
    for (const file of [workspace.config.database, copy()])
      expect(await audit(file)).toEqual({
        state: 'proven',
        events: expect.any(Number),
        rows: expect.any(Number),
        tampering: [],
        unreadable: [],
      })
  })

  it.each<[string, string, RegExp]>([
    [
      'rotations, edited',
      `update rotations set status = 'aborted' where id = 1`,
      /^rotations of R1: .*event \d+ \(/,
    ],
    [
      'rotations, another owner',
      `update rotations set owner_id = 'U0BYSTANDER' where id = 2`,
      /^rotations of R2: /,
    ],
    [
      'rotations, work forgotten',
      `update rotations set work_json = '[]' where id = 1`,
      /^rotations of R1: .*event \d+ \(/,
    ],
    [
      'steps, results forgotten',
      `update steps set checks_json = '[]' where rotation_id = 1 and step = 'inventory-review'`,
      /^steps of R1: /,
    ],
    [
      'rotations, inserted',
      `insert into rotations select 9, version, status, trigger, severity, reason, owner_id, former_owners_json, opened_at, closed_at, closed_reason, round, evidence_json, notifies, promoted_json, deviations_json, revoker, disable_now_by, break_glass_json, work_json, pruned_at from rotations where id = 1`,
      /^rotations, R9: No event opened R9/,
    ],
    [
      'rotations, removed',
      `delete from rotations where id = 1`,
      /^rotations, R1: R1 is in the history, not in the table/,
    ],
    [
      'rotations, swapped',
      `update rotations set trigger = (select trigger from rotations r where r.id = 3 - rotations.id)`,
      /^rotations of R[12]: /,
    ],
    [
      'tokens, edited',
      `update tokens set new_version_id = 'forged' where rotation_id = 1 and agent = 'evaluator'`,
      /^tokens of R1: The tokens in scope or their versions differ/,
    ],
    [
      'tokens, removed',
      `delete from tokens where rotation_id = 1 and agent = 'evaluator'`,
      /^tokens of R1: /,
    ],
    [
      'tokens, inserted',
      `insert into tokens select rotation_id, secret || '/x', agent, environment, owner, cadence_days, previous_version_id, previous_version_at, new_version_id, new_version_at, rollback_json, open from tokens where rotation_id = 1 limit 1`,
      /^tokens of R1: /,
    ],
    [
      'tokens, swapped',
      `update tokens set new_version_id = (select o.new_version_id from tokens o where o.rotation_id = 1 and o.secret <> tokens.secret and o.agent = 'evaluator' limit 1) where rotation_id = 1 and agent = 'orchestrator'`,
      /^tokens of R1: /,
    ],
    [
      'tokens, freed',
      `update tokens set open = 0 where rotation_id = 2`,
      /^tokens of R2: 0 of \d tokens are marked as taken, and the rotation is open/,
    ],
    [
      'steps, edited',
      `update steps set completed_by = 'U0BYSTANDER' where rotation_id = 1 and step = 'audit-logging'`,
      /^steps of R1: Who completed a step/,
    ],
    [
      'steps, removed',
      `delete from steps where rotation_id = 1 and step = 'audit-logging'`,
      /^steps of R1: /,
    ],
    [
      'steps, inserted',
      `insert into steps select rotation_id, 'made-up', completed_by, completed_at, earlier_json, attestations_json, sentences_json, evidence_json, notes, checks_json, quotes_json from steps where rotation_id = 1 limit 1`,
      /^steps of R1: There are 6 rows for 5 steps/,
    ],
    [
      'steps, swapped',
      `update steps set notes = 'a' where rotation_id = 1 and step = 'inventory-review'; update steps set completed_at = (select max(completed_at) from steps s where s.rotation_id = 1) where rotation_id = 1`,
      /^steps of R1: /,
    ],
    [
      'sign_offs, edited',
      `update sign_offs set user_id = 'U0BYSTANDER' where role = 'devops-lead'`,
      /^sign_offs of R1: No event recorded “devops-lead approved by U0BYSTANDER at .*”\. “devops-lead approved by U0DEVOPSLEAD at/,
    ],
    [
      'sign_offs, another comment',
      `update sign_offs set comment = 'made up' where role = 'devops-lead'`,
      /^sign_offs of R1: A comment, a digest or the order/,
    ],
    [
      'sign_offs, removed',
      `delete from sign_offs where role = 'devops-lead'`,
      /^sign_offs of R1: “devops-lead approved by U0DEVOPSLEAD at .*” is in the history, not in the table/,
    ],
    [
      'sign_offs, inserted',
      `insert into sign_offs (rotation_id, round, role, decision, user_id, at, digest, comment, reopened_json) select 2, round, role, decision, user_id, at, digest, comment, reopened_json from sign_offs`,
      /^sign_offs of R2: No event recorded “devops-lead approved by U0DEVOPSLEAD/,
    ],
    ['sign_offs, swapped', `update sign_offs set id = 3 where id = 1`, /^sign_offs of R1: .*the order/],
    [
      'exceptions, inserted',
      `insert into exceptions (rotation_id, round, check_id, step, title, what, commands, proof_json, user_id, at) values (1, 1, 'tags-correct', 'rotation-execution', 't', 'w', '', '[]', 'U0OPERATOR', '2026-11-23T09:02:00.000Z')`,
      /^exceptions of R1: An overridden check differs/,
    ],
    [
      'runs, edited',
      `update runs set conclusion = 'failure', state = 'failed' where rotation_id = 1 and kind = 'deploy'`,
      /^runs of R1: A workflow run differs/,
    ],
    ['runs, removed', `delete from runs where rotation_id = 1 and kind = 'smoke'`, /^runs of R1: /],
    [
      'runs, inserted',
      `insert into runs select rotation_id, kind, environment, attempt + 50, requested_by, requested_at, state, run_id, url, conclusion, system, started_at, finished_at, window_reason, run_attempt, approval_json, adopted_json, target_json, ended_at from runs where rotation_id = 1 limit 1`,
      /^runs of R1: /,
    ],
    [
      'runs, swapped',
      `update runs set run_id = (select max(run_id) from runs) where rotation_id = 1`,
      /^runs of R1: /,
    ],
    [
      'checks, edited',
      `update checks set state = 'passed', sentence = 'all is well' where id = (select max(id) from checks where rotation_id = 1)`,
      /^checks of R1: No event recorded that/,
    ],
    [
      'checks, removed',
      `delete from checks where id = (select max(id) from checks where rotation_id = 1)`,
      /^checks of R1: The newest result of/,
    ],
    [
      'checks, inserted',
      `insert into checks (rotation_id, step, check_id, title, state, sentence, advice, evidence_json, started_at, finished_at) select rotation_id, step, check_id, title, 'failed', sentence, advice, evidence_json, started_at, finished_at from checks limit 1`,
      /^checks of R1: No event recorded that .* failed/,
    ],
    [
      'checks, other evidence',
      `update checks set evidence_json = '[]', finished_at = '2026-11-23T09:02:00.000Z' where id = (select min(id) from checks)`,
      /^checks of R1: The evidence, the advice or the times of .* are not those that an event recorded/,
    ],
    [
      'shown_sign_offs, edited',
      `update shown_sign_offs set digest = 'another'`,
      /^shown_sign_offs, row 1: It is not what event \d+ recorded: it was changed or swapped. It says what was shown to whom/,
    ],
    [
      'counters, edited',
      `update counters set value = 1 where name = 'rotation'`,
      /^counters: The counter of rotations is at 1, and R2 was opened/,
    ],
    [
      'checks, swapped',
      `update checks set sentence = (select sentence from checks c where c.id = 2) where id = 1`,
      /^checks of R1: No event recorded/,
    ],
    [
      'revocations, edited',
      `update revocations set state = 'recorded' where rotation_id = 1 and agent = 'evaluator'`,
      /^revocations of R1: No event says that version .* is recorded: its end is made up/,
    ],
    [
      'revocations, removed',
      `delete from revocations where rotation_id = 1 and agent = 'evaluator'`,
      /^revocations: Event \d+ says that .* is proven, and the table does not/,
    ],
    [
      'revocations, inserted',
      `insert into revocations (rotation_id, secret, agent, environment, version_id, replaced_by, replaced_at, due_at, state, revoker) select rotation_id, secret, agent, environment, 'made-up', replaced_by, replaced_at, due_at, 'proven', revoker from revocations limit 1`,
      /^revocations of R1: No event says that version made-up/,
    ],
    [
      'revocations, swapped',
      `update revocations set version_id = version_id || 'x' where rotation_id = 1 and agent = 'evaluator'`,
      /^revocations of R1: No event says that version/,
    ],
    [
      'escalations, edited',
      `update escalations set acknowledged_by = 'U0BYSTANDER', acknowledged_at = opened_at where rotation_id = 2`,
      /^escalation \d+ of R2: No event says that U0BYSTANDER acknowledged it/,
    ],
    [
      'escalations, another reason',
      `update escalations set reason = 'a drill' where rotation_id = 2`,
      /^escalation \d+ of R2: No event called on-call for “a drill”/,
    ],
    [
      'escalations, inserted',
      `insert into escalations (rotation_id, subject, cause, occurrence, severity, reason, notifies, page_key, opened_by, opened_at) values (1, 'R1', 'asked', 'x', 'P1', 'made up', 1, 'x', 'bot', '2026-11-23T09:02:00.000Z')`,
      /^escalation \d+ of R1: No event called on-call for “made up”/,
    ],
    [
      'events, edited',
      `update events set actor = 'U0BYSTANDER' where type = 'signed-off'`,
      /^event \d+ \(signed-off\): Event \d+ \(signed-off of R1\) does not match its hash/,
    ],
    [
      'events, removed',
      `delete from events where type = 'rotation-approved'`,
      /^event \d+ \(.*\): The event before it is missing: event \d+ is missing/,
    ],
    [
      'events, inserted',
      `insert into events select "count" + 1, rotation_id, type, actor, at, data_json, record_json, hash, hash || 'x' from events order by "count" desc limit 1`,
      /^event \d+ \(.*\): Event \d+ .* does not match its hash, or the event before it: it was changed, inserted or swapped/,
    ],
    [
      'events, swapped',
      `update events set data_json = (select data_json from events e where e.type = 'step-completed' order by "count" limit 1) where type = 'step-completed'`,
      /^event \d+ \(step-completed\): /,
    ],
    [
      'events, the end cut off',
      `delete from events where "count" > (select max("count") - 3 from events)`,
      /^chain_head: The history ends at event \d+, and \d+ were written: its end was cut off/,
    ],
    ['chain_head, edited', `update chain_head set hash = '${'0'.repeat(64)}'`, /^chain_head: /],
    [
      'chain_checkpoints, edited',
      `insert into chain_checkpoints values (3, '${'0'.repeat(64)}', '2026-11-23T09:02:00.000Z')`,
      /^chain_checkpoints: Event 3 is not the one that was verified/,
    ],
  ])('names %s', async (_, statement, expected) => {
    const verdict = await audit(copy((db) => db.exec(statement)))
    expect(placesOf(verdict)).toContainEqual(expect.stringMatching(expected))
    expect(verdict.state).toBe('tampered')
  })

  it('names an end that was cut off with its head, by the log', async () => {
    const file = copy((db) => {
      db.exec(
        `delete from events where "count" >= (select max("count") from events where type = 'rotation-opened')`,
      )
      db.exec(
        `update chain_head set "count" = (select max("count") from events), hash = (select hash from events order by "count" desc limit 1)`,
      )
    })
    expect(placesOf(await audit(file))).toContainEqual(
      expect.stringMatching(
        /^row \d+ of the log \(“incident-opened” of R2\): It names event \d+, which the database does not have: an older backup, a history that was cut off/,
      ),
    )
  })

  it('names a history that was rewritten from an event on, by the log', async () => {
    const file = copy((db) => {
      db.exec(`update events set actor = 'U0BYSTANDER' where type = 'signed-off'`)
      db.exec(`update events set previous_hash = previous_hash || 'x'`)
      let previous = GENESIS.hash
      for (const row of db.prepare('select * from events order by "count"').all() as Record<
        string,
        string
      >[]) {
        const hash = chainHash(previous, {
          type: row.type,
          rotationId: row.rotation_id,
          actor: row.actor,
          at: row.at,
          data: JSON.parse(row.data_json ?? ''),
          record: row.record_json ? JSON.parse(row.record_json) : null,
        } as never)
        db.prepare('update events set previous_hash = ?, hash = ? where "count" = ?').run(
          previous,
          hash,
          row.count,
        )
        previous = hash
      }
      db.prepare('update chain_head set hash = ?').run(previous)
    })
    const places = placesOf(await audit(file))
    expect(places).toContainEqual(
      expect.stringMatching(
        /^row \d+ of the log .*: It names another event \d+ than the database has: the history was rewritten/,
      ),
    )
    expect(places).toContainEqual(expect.stringMatching(/^sign_offs of R1: /))
  })

  it('names an older backup', async () => {
    expect(placesOf(await audit(older))).toEqual([
      expect.stringMatching(
        /^row \d+ of the log \(“incident-opened” of R2\): It names event \d+, which the database does not have: an older backup/,
      ),
    ])
  })

  describe('of the log', () => {
    const files = () => repositoryOf(workspace.sandbox.world)
    const commit = (content: string | null) =>
      files().commit({
        message: 'By hand',
        author: { login: 'operator', name: 'operator', email: 'operator@flashfusion.example' },
        changes: [{ path: REPOSITORY.log, content: content === null ? null : Buffer.from(content) }],
      })
    const text = () => readText(files(), REPOSITORY.log) ?? ''
    const APPROVED = /.*\| approved \|.*\n/

    it.each<[string, (file: string) => string | null, RegExp[]]>([
      [
        'an edited row',
        (file) => file.replace('| approved | manual |', '| approved | cadence |'),
        [
          /^row \d+ of the log \(“approved” of R1\): Its trigger is “cadence”, and the bot wrote “manual”/,
          /^seals of the log: Row \d+ .* does not match its seal/,
          /^commit [0-9a-f]{12}: It changed row \d+ \(“approved” of R1\)/,
        ],
      ],
      [
        'a removed row',
        (file) => file.replace(APPROVED, ''),
        [
          /^log: The row “approved” of R1 for event \d+ .* is not there/,
          /^commit .*: It removed row \d+ \(“approved” of R1\) from the log/,
          /^row \d+ of the log: It has the number/,
        ],
      ],
      [
        'a forged row',
        (file) => appendEntry(file, aLogEntry({ rotation: 'R2', event: 'approved' })),
        [
          /^row \d+ of the log \(“approved” of R2\): It names another event 7 than the database has/,
          /^seals of the log: Row \d+ .* has no seal/,
        ],
      ],
      [
        'a row that another head makes believable',
        (file) => appendEntry(file, aLogEntry({ rotation: 'R2', event: 'approved', head: headIn(file) })),
        [/^row \d+ of the log \(“approved” of R2\): No event of the history is about it: it was forged/],
      ],
      [
        'rows that changed places',
        (file) => file.replace(/(.*\| validated \|.*\n)(.*\| approved \|.*\n)/, '$2$1'),
        [
          /^row \d+ of the log: It belongs to event \d+, and the row above it to event \d+: rows were moved/,
          /^commit .*: It put a row above row \d+ .*, or moved it/,
        ],
      ],
      [
        'a row twice',
        (file) => file.replace(/(.*\| approved \|.*\n)/, '$1$1'),
        [/^row \d+ of the log: It is there twice/],
      ],
      [
        'an unreadable row',
        (file) => file.replace(/(\| approved \|.*)\| (\d+:[0-9a-f]{64}) \|/, '$1| x |'),
        [/^row \d+ of the log \(“approved” of R1\): Its head cannot be read/],
      ],
      [
        'a broken table',
        (file) => file.replace('| event |', '| what |'),
        [/^log: The table in the rotation log/, /^commit .*: It made the log unreadable/],
      ],
      [
        'an emptied file',
        () => '# Log\n',
        [/^commit .*: It emptied the log, which had \d+ rows/, /^log: The row “approved” of R1/],
      ],
      ['a removed file', () => null, [/^commit .*: It removed the log/, /^log: The row “approved” of R1/]],
    ])('names %s', async (_, change, expected) => {
      const before = files().head()
      if (!before) throw new Error('no commit')
      commit(change(text()))
      try {
        const verdict = await audit()
        for (const each of expected) expect(placesOf(verdict)).toContainEqual(expect.stringMatching(each))
        expect(verdict.state).toBe('tampered')
      } finally {
        files().branch(REPOSITORY.branch, before)
      }
    })

    it('names a forced push, and the row that it took away', async () => {
      const head = files().head()
      const before = files().resolve(head?.parent ?? '')
      if (!head || !before) throw new Error('no commit')
      files().branch(REPOSITORY.branch, before)
      try {
        expect(placesOf(await audit())).toEqual([
          expect.stringMatching(
            /^log: The row “incident-opened” of R2 for event \d+ .* is not there: it was removed, or never written/,
          ),
          expect.stringMatching(
            /^commit [0-9a-f]{12}: The bot made it, and the branch does not have it: its history was replaced by a forced push/,
          ),
        ])
      } finally {
        files().branch(REPOSITORY.branch, head)
      }
    })

    it('cannot tell while the log cannot be read', async () => {
      workspace.sandbox.world.faults.set('github-unavailable', true)
      const verdict = await audit()
      workspace.sandbox.world.faults.set('github-unavailable', false)
      expect(verdict.state).toBe('unreadable')
      expect(verdict.unreadable.length).toBeGreaterThan(0)
      expect(verdict.tampering).toEqual([])
    })
  })
})

/** The head of the newest row. */
function headIn(file: string) {
  const [, count, hash = ''] = [...file.matchAll(/\| (\d+):([0-9a-f]{64}) \|/g)].at(-1) ?? []
  return { count: Number(count), hash }
}
