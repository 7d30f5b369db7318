import type { RunKind } from './rotation.ts'
import type { LogEntry } from './rotation-log.ts'

/** What the outside world may be owed, by kind. Payloads hold all that the handler cannot read from state. */
export interface EffectPayloads {
  /** Post the rotation's card, or edit it to show the present state. */
  card: Record<string, never>
  /** A message in the card's thread. */
  'thread-message': { text: string; blocks: object[] | null; eventType: string; broadcast: boolean }
  /** The completion notice in the channel. */
  notice: Record<string, never>
  /** A row in `rotation-log.md`. */
  'log-entry': LogEntry
  /** Start a workflow in the CI. */
  'workflow-dispatch': { run: RunKind; attempt: number }
  /** Ask the secrets manager to rotate one secret by itself. */
  'secret-rotation': { attempt: number; secret: string; versionId: string }
  /** The message in the thread that shows how far a run is; edited in place. */
  'run-progress': { run: RunKind; attempt: number }
  /** Upload the token list to the card's thread. */
  'inventory-export': { filename: string; csv: string; tokens: number }
  /** Draw a person's App Home. */
  home: { userId: string }
  /** Upload a picture, if it still shows how things are. */
  picture: { name: string; digest: string }
}

export type EffectKind = keyof EffectPayloads

/** Kinds that concern the whole workspace, not one rotation. */
export const WORKSPACE_EFFECTS = ['home', 'picture'] as const satisfies EffectKind[]

/** The id of the rotation that an effect concerns. */
export type RotationIdOf<Kind extends EffectKind> = Kind extends (typeof WORKSPACE_EFFECTS)[number]
  ? null
  : number

/** One outside action that a committed change owes; done at least once, safe to repeat. */
export type NewEffect = {
  [Kind in EffectKind]: {
    kind: Kind
    /** Unlike every other effect's; queueing the same key again does nothing. */
    key: string
    rotationId: RotationIdOf<Kind>
    /** Effects of one stream are done in order. */
    stream: string
    /** Of several waiting with the same one, only the newest is done. */
    collapseKey: string | null
    payload: EffectPayloads[Kind]
  }
}[EffectKind]
