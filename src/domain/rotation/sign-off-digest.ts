import { canonicalJson } from '#domain/canonical-json'
import { compareRecorded } from '#domain/tokens/scope'
import { sha256 } from './evidence.ts'
import type { Rotation, Run, Step } from './rotation.ts'

/**
 * SHA-256 of what both approvers sign: what completed each step. Without times and wording, and without what goes on by
 * itself while they sign, such as the retirement of old versions or results that come later: only another version or
 * statement changes it.
 */
export const signOffDigest = (rotation: Rotation): string => sha256(signOffRecord(rotation))

/** What is signed, as canonical JSON (RFC 8785): the file whose SHA-256 is the digest. */
export function signOffRecord(rotation: Rotation): string {
  const { id, round, trigger, severity, reason, ownerId, breakGlass } = rotation
  const snapshot = {
    id,
    round,
    trigger,
    severity,
    reason,
    ownerId,
    tokens: rotation.tokens
      .toSorted(compareRecorded)
      .map(({ agent, environment, secret, owner, ...versions }) => ({
        agent,
        environment,
        secret,
        owner,
        previousVersionId: versions.previousVersionId,
        newVersionId: versions.newVersionId,
        rollback: versions.rollback && { to: versions.rollback.to, reason: versions.rollback.reason },
      })),
    steps: rotation.steps.map(stepContent),
    exceptions: rotation.exceptions.map(({ at: _, title: __, ...exception }) => exception),
    runs: rotation.runs.filter((run) => run.kind !== 'revoke').map(runContent),
    earlier: rotation.signOffs.filter((each) => each.round < round).map(({ at: _, ...decision }) => decision),
    breakGlass: breakGlass && { ...breakGlass, requestedAt: undefined, acknowledgedAt: undefined },
    deviations: rotation.deviations.map(({ environment, deploymentId, runId, startedBy }) => ({
      environment,
      deploymentId,
      runId,
      startedBy,
    })),
    evidence: rotation.evidence,
  }
  return canonicalJson(snapshot)
}

const stepContent = ({ id, completion, earlier }: Step) => ({
  id,
  earlier,
  completion: completion && {
    by: completion.by,
    sentences: completion.sentences,
    attestations: completion.attestations,
    evidence: completion.evidence,
    notes: completion.notes,
    checks: completion.checks.map(({ check, state }) => `${check}: ${state}`).sort(),
  },
})

const runContent = ({ kind, environment, system, attempt, ...run }: Run) => ({
  kind,
  environment,
  system,
  attempt,
  requestedBy: run.requestedBy,
  state: run.state,
  runId: run.runId,
  runAttempt: run.runAttempt,
  windowReason: run.windowReason,
  adopted: run.adopted,
})
