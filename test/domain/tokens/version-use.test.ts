import { describe, expect, it } from 'vitest'
import { namesVersion, versionUse } from '#domain/tokens/version-use'
import { type Answer, anAgentUse, FAILURES, SUCCESSES } from '#test/support/agent-use'

const OLD = '7f3a1c52-0000-4000-8000-000000000001'
const NEW = '91bc77d0-0000-4000-8000-000000000002'
const question = { agents: ['evaluator'], oldVersionId: OLD, newVersionId: NEW }

const useOf = async (successes: Answer, failures: Answer, parts: Partial<typeof question> = {}) =>
  versionUse(await anAgentUse(successes, failures), { ...question, ...parts })

const partial = (values: Record<string, string>, value: number) => ({
  samples: [{ labels: values, value }],
  warnings: ['a store is away'],
})

describe('an old version is unused', () => {
  it.each<[string, Answer, Answer, string]>([
    ['only the new one authenticates', { [`evaluator ${NEW}`]: 3 }, {}, 'telemetry'],
    ['the label is the beginning of the id', { 'evaluator 91bc77d0': 3 }, {}, 'telemetry'],
    [
      'the old one is at 0',
      { [`evaluator ${NEW}`]: 3, [`evaluator ${OLD}`]: 0 },
      { [`evaluator ${OLD}`]: 0 },
      'telemetry',
    ],
    ['the new one is refused as well', { [`evaluator ${NEW}`]: 3 }, { [`evaluator ${NEW}`]: 1 }, 'telemetry'],
    ['another agent has no label', { [`evaluator ${NEW}`]: 3, planner: 2 }, { planner: 2 }, 'telemetry'],
    ['there is no label', { evaluator: 3 }, { evaluator: 0 }, 'inferred'],
    ['a part has no label', { [`evaluator ${NEW}`]: 3, evaluator: 1 }, { evaluator: 0 }, 'inferred'],
  ])('when %s', async (_, successes, failures, basis) => {
    expect(await useOf(successes, failures)).toMatchObject({ state: 'unused', basis })
  })

  it('by telemetry only if each agent has the label', async () => {
    const agents = ['evaluator', 'planner']
    expect(await useOf({ [`evaluator ${NEW}`]: 3, planner: 2 }, {}, { agents })).toEqual({
      state: 'unused',
      basis: 'inferred',
      sentence:
        'evaluator, planner authenticated, and none was refused, since 2026-11-23 10:51:45 UTC; the telemetry does not say with which version',
    })
  })
})

describe('an old version is in use', () => {
  it.each<[string, Answer, Answer, string]>([
    [
      'it authenticates',
      { [`evaluator ${NEW}`]: 3, [`evaluator ${OLD}`]: 2 },
      {},
      'evaluator authenticated 2 times with the old version 7f3a1c52',
    ],
    [
      'it is refused',
      { [`evaluator ${NEW}`]: 3 },
      { 'evaluator 7f3a1c52': 1 },
      'evaluator was refused once with the old version',
    ],
    ['a fraction is measured', { [`evaluator ${OLD}`]: 0.02 }, {}, 'evaluator authenticated once'],
    [
      'another agent has it',
      { [`evaluator ${NEW}`]: 3, [`planner ${OLD}`]: 2 },
      {},
      'planner authenticated 2 times',
    ],
    [
      'the answer may be incomplete',
      partial({ agent: 'evaluator', version: OLD }, 2),
      {},
      'evaluator authenticated 2 times',
    ],
    [
      'another query is not read',
      { [`evaluator ${OLD}`]: 2 },
      { error: 'no connection' },
      'evaluator authenticated',
    ],
  ])('when %s', async (_, successes, failures, sentence) => {
    expect(await useOf(successes, failures)).toMatchObject({
      state: 'in-use',
      sentence: expect.stringContaining(sentence),
    })
  })

  it('by a short id of an agent that has the token, and not of another', async () => {
    const versions = { oldVersionId: '3', newVersionId: '4' }
    expect(await useOf({ 'evaluator 4': 3, 'planner 3': 2 }, {}, versions)).toMatchObject({
      basis: 'telemetry',
    })
    expect(await useOf({ 'evaluator 4': 3, 'evaluator 3': 2 }, {}, versions)).toMatchObject({
      state: 'in-use',
    })
  })
})

describe('nobody can tell', () => {
  it.each<[string, Answer, Answer, string]>([
    [
      'a value of another agent is no number',
      { [`evaluator ${NEW}`]: 3, [`planner ${OLD}`]: Number.NaN },
      {},
      'planner that is no number',
    ],
    [
      'a query is not read',
      { [`evaluator ${NEW}`]: 3 },
      { error: 'no connection' },
      'failures: no connection',
    ],
    ['the label agent is missing', { '': 3 }, {}, 'successes: its answer has no label “agent”'],
    ['the answer may be incomplete', partial({ agent: 'evaluator', version: NEW }, 2), {}, 'a store is away'],
    ['the agent did not authenticate', { [`planner ${NEW}`]: 3 }, {}, 'evaluator did not authenticate'],
    ['it has only zeros', { [`evaluator ${NEW}`]: 0 }, { evaluator: 0 }, 'evaluator did not authenticate'],
    [
      'the label is that of something else',
      { 'evaluator v1.4.2': 3 },
      {},
      'evaluator authenticated with “v1.4.2”, which is neither',
    ],
    [
      'it was refused without a label',
      { [`evaluator ${NEW}`]: 3 },
      { evaluator: 1 },
      'evaluator was refused',
    ],
    [
      'it was refused with the new one, and no label tells the rest',
      { evaluator: 3 },
      { [`evaluator ${NEW}`]: 1 },
      'evaluator was refused',
    ],
    ['a value is no number', { [`evaluator ${NEW}`]: 3, evaluator: Number.NaN }, {}, 'no number'],
  ])('when %s', async (_, successes, failures, sentence) => {
    expect(await useOf(successes, failures)).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining(sentence),
    })
  })

  it('when no query counts what is needed', async () => {
    const successesOnly = await anAgentUse({ evaluator: 3 }, {}, [SUCCESSES])
    expect(versionUse(successesOnly, question).sentence).toContain('no telemetry query counts failures')
    const failuresOnly = await anAgentUse({}, { evaluator: 0 }, [FAILURES])
    expect(versionUse(failuresOnly, question).sentence).toBe('No telemetry query counts successes')
  })

  it('when both versions have the same beginning, no agent is known, or nothing was replaced', async () => {
    const versions = { oldVersionId: `91bc77d0${OLD.slice(8)}`, newVersionId: NEW }
    const answer = { 'evaluator 91bc77d0': 3 }
    expect((await useOf(answer, {}, versions)).sentence).toContain('may be the old version or the new one')
    expect((await useOf(answer, {}, { agents: [] })).state).toBe('unknown')
    expect((await useOf({}, {}, { newVersionId: OLD })).state).toBe('unknown')
  })

  it('names the first few agents', async () => {
    const agents = ['a', 'b', 'c', 'd', 'e']
    expect((await useOf({}, {}, { agents })).sentence).toContain('c did not authenticate and 2 more')
  })
})

it.each([
  [NEW, true],
  ['91bc77d0', true],
  ['91bc77d', false],
  ['91bc77d0-0000-4000-8000-000000000003', false],
  [`${NEW}0`, false],
  ['', false],
])('the label “%s” names the version: %s', (label, isNamed) => {
  expect(namesVersion(label, NEW)).toBe(isNamed)
})
