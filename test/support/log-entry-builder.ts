import type { LogEntry } from '#domain/rotation/rotation-log'

export const aLogEntry = (parts: Partial<LogEntry> = {}): LogEntry => ({
  at: '2026-11-23T09:02:00.000Z',
  rotation: 'R42',
  event: 'validated',
  trigger: 'manual',
  owner: 'operator (U0OPERATOR)',
  environments: ['production', 'staging'],
  tokens: ['orchestrator/production'],
  signOffs: '',
  evidence: '',
  head: { count: 7, hash: 'ab'.repeat(32) },
  digest: null,
  ...parts,
})
