import type { Revocation } from '#domain/revocations/revocation'
import type { RotationEvent } from '#domain/rotation/events'
import type { CheckResult, Rotation } from '#domain/rotation/rotation'
import { tokenLabel } from '#domain/tokens/scope'
import { escapeHtml, htmlPage } from './html.ts'
import { recordSections, section, who } from './sign-off-record.ts'
import type { Names } from './state.ts'

interface Exported {
  rotation: Rotation
  label: string
  open: boolean
  events: readonly RotationEvent[]
  records: readonly { digest: string; json: string }[]
  checks: readonly CheckResult[]
  revocations: readonly Revocation[]
}

/** An exported rotation, readable. @param rows of the log, by column name */
export function auditPage(
  { rotation, label, open, events, records, checks, revocations }: Exported,
  rows: readonly Record<string, string>[],
  names: Names,
  exportedAt: string,
): string {
  const own = rows.filter((row) => row.rotation === label)
  return htmlPage(
    `Rotation ${label}`,
    [
      `<p>Exported ${escapeHtml(exportedAt)}. Verify it: <code>node verify.mjs --public-key FILE</code></p>`,
      ...(open ? [`<p><strong>${label} was still open when it was exported.</strong></p>`] : []),
      recordSections(rotation, checks, names),
      section(
        'Sign-offs',
        ['role', 'decision', 'by', 'on behalf of', 'at', 'round', 'comment', 'digest of what was shown'],
        rotation.signOffs.map((each) => [
          each.role,
          each.decision,
          who(names, each.by),
          each.delegateOf ? who(names, each.delegateOf) : '–',
          each.at,
          String(each.round),
          each.comment,
          each.digest,
        ]),
      ),
      ...records.map(
        ({ digest, json }) =>
          `<details><summary>Record ${escapeHtml(digest)}</summary><pre><code>${escapeHtml(JSON.stringify(JSON.parse(json), null, 2))}</code></pre></details>`,
      ),
      section(
        'Old versions',
        ['token', 'version', 'replaced', 'due', 'state', 'resolved', 'proof'],
        revocations.map((each) => [
          tokenLabel(each),
          each.versionId,
          each.replacedAt,
          each.dueAt,
          each.state,
          each.resolvedAt ?? '–',
          each.proof ?? '–',
        ]),
      ),
      section(
        'Timeline',
        ['event', 'at', 'what', 'by', 'details', 'hash'],
        events.map((each) => [
          String(each.count),
          each.at,
          each.type,
          who(names, each.actor),
          JSON.stringify(each.data),
          each.hash,
        ]),
      ),
      section(
        'Rows of the rotation log',
        ['row', 'date (UTC)', 'event', 'sign-offs', 'head', 'digest', 'seal'],
        own.map((row) =>
          ['row', 'date (UTC)', 'event', 'sign-offs', 'head', 'digest', 'seal'].map(
            (name) => row[name] ?? '',
          ),
        ),
      ),
    ].join('\n'),
  )
}
