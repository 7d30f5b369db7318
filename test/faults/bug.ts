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

export const START: Extract<Act, { do: 'start' }> = {
  do: 'start',
  by: 'operator',
  environment: 'sandbox',
  often: 'once',
}
export const ABORT: Act = { do: 'abort', by: 'operator', often: 'once' }
export const WORKFLOW: Act = { do: 'start-workflow', by: 'operator', often: 'once' }
export const FIRST_STEPS: Act[] = (['inventory-review', 'automation-health'] as const).map((step) => ({
  do: 'complete-step',
  by: 'operator',
  step,
  patient: true,
  often: 'once',
}))
export const INCIDENT: Act = {
  do: 'incident',
  by: 'operator',
  environment: 'sandbox',
  severity: 'P1',
  supersede: false,
  often: 'once',
}
/** More calls than a run makes. */
export const MANY = 1_000
export const pause = (ms: number): Act => ({ do: 'pause', ms })

export const at = (before: number, fault: Fault): PlannedFault => ({ before, fault })
export const call = (before: number, fault: CallFault, name: CallName, times = 1): PlannedFault =>
  at(before, { kind: 'call', fault, call: name, skip: 0, times })
