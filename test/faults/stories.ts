import { STEP_IDS } from '#domain/rotation/steps'
import type { Act, Often, PersonName } from './plan.ts'
import type { Random } from './random.ts'

interface Story {
  story: string
  acts: Act[]
}

const often = (random: Random): Often => (random.chance(0.25) ? 'twice' : 'once')

/** Mostly whoever may do it. */
const worker = (random: Random): PersonName =>
  random.chance(0.9) ? 'operator' : random.pick(['devopsLead', 'bystander'])

const start = (random: Random): Act => ({
  do: 'start',
  by: worker(random),
  environment: random.pick(['sandbox', 'sandbox', 'staging', 'production']),
  often: often(random),
})

const step = (random: Random, index: number): Act[] => {
  const id = STEP_IDS[index]
  if (!id) return []
  const asked = { do: 'complete-step', step: id } as const
  const impatient: Act[] = random.chance(0.3)
    ? [{ ...asked, by: worker(random), patient: false, often: often(random) }]
    : []
  return [...impatient, { ...asked, by: 'operator', patient: true, often: often(random) }]
}

const firstSteps = (random: Random): Act[] =>
  random.chance(0.5) ? [...step(random, 0), ...step(random, 1)] : [...step(random, 1), ...step(random, 0)]

const workflow = (random: Random): Act => ({ do: 'start-workflow', by: worker(random), often: often(random) })

const abort = (random: Random): Act => ({ do: 'abort', by: worker(random), often: often(random) })

const sign = (random: Random): Act[] => {
  const lead: Act = { do: 'sign-off', by: 'devopsLead', role: 'devops-lead', often: often(random) }
  const owner: Act = { do: 'sign-off', by: 'aiOpsOwner', role: 'ai-ops-owner', often: often(random) }
  const wrong: Act[] = random.chance(0.3)
    ? [
        {
          do: 'sign-off',
          by: random.pick(['operator', 'aiOpsOwner', 'bystander']),
          role: 'devops-lead',
          often: 'once',
        },
      ]
    : []
  return random.chance(0.5) ? [...wrong, lead, owner] : [...wrong, owner, lead]
}

const incident = (random: Random, supersede: boolean): Act => ({
  do: 'incident',
  by: worker(random),
  environment: random.pick(['sandbox', 'staging']),
  severity: random.pick(['P1', 'P2']),
  supersede,
  often: often(random),
})

const begun = (random: Random): Act[] => {
  // Whoever starts first may not be allowed to.
  const first = start(random)
  return first.do === 'start' && first.by !== 'operator' ? [first, { ...first, by: 'operator' }] : [first]
}

const toTheWorkflow = (random: Random): Act[] => [...begun(random), ...firstSteps(random), workflow(random)]

const toTheSignatures = (random: Random, environment: string): Act[] => [
  { do: 'start', by: 'operator', environment, often: often(random) },
  ...firstSteps(random),
  { do: 'start-workflow', by: 'operator', often: often(random) },
  ...step(random, 2),
  ...step(random, 3),
  ...step(random, 4),
]

const STORIES: [weight: number, story: [name: string, make: (random: Random) => Act[]]][] = [
  [4, ['started and aborted', (random) => [...begun(random), abort(random)]]],
  [
    3,
    ['aborted after the first steps', (random) => [...begun(random), ...firstSteps(random), abort(random)]],
  ],
  [4, ['aborted while the workflow runs', (random) => [...toTheWorkflow(random), abort(random)]]],
  [
    3,
    ['superseded by an incident', (random) => [...begun(random), ...step(random, 0), incident(random, true)]],
  ],
  [2, ['an incident', (random) => [incident(random, false), ...step(random, 0), abort(random)]]],
  [
    2,
    [
      'handed off',
      (random) => [incident(random, false), { do: 'hand-off', by: 'operator', often: often(random) }],
    ],
  ],
  [
    1,
    [
      'rejected',
      (random) => [
        ...toTheSignatures(random, 'sandbox'),
        { do: 'reject', by: 'aiOpsOwner', often: often(random) },
      ],
    ],
  ],
  [
    2,
    [
      'rolled back',
      (random) => [
        ...toTheWorkflow(random),
        ...step(random, 2),
        { do: 'rollback', by: 'operator', often: often(random) },
      ],
    ],
  ],
  [2, ['to the end', (random) => [...toTheSignatures(random, 'sandbox'), ...sign(random), { do: 'retire' }]]],
  [
    1,
    [
      'signed and withdrawn',
      (random) => [
        ...toTheSignatures(random, 'production'),
        ...sign(random),
        { do: 'withdraw', by: 'devopsLead', often: often(random) },
      ],
    ],
  ],
]

const NOISE: ((random: Random) => Act)[] = [
  (random) => ({
    do: 'ask',
    by: random.pick(['operator', 'bystander']),
    command: random.pick(['help', 'status', 'revocations', 'history']),
  }),
  (random) => ({ do: 'click-old-card', by: random.pick(['operator', 'bystander', 'devopsLead']) }),
  () => ({ do: 'copies' }),
  (random) => ({ do: 'move-clock', minutes: random.pick([1, 10, 20]) }),
  (random) => ({ do: 'pause', ms: random.whole(100, 800) }),
  (random) => ({ do: 'start', by: worker(random), environment: 'sandbox', often: 'once' }),
]
const NOISE_CHANCE = 0.2

/** What people do in a run: the acts of a story, with others between them. */
export function tellStory(random: Random): Story {
  const [story, make] = random.weighed(STORIES)
  const acts = make(random).flatMap((act) =>
    random.chance(NOISE_CHANCE) ? [random.pick(NOISE)(random), act] : [act],
  )
  return { story, acts }
}
