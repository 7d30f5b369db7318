import { expect, it } from 'vitest'
import { linkEvidence } from '#domain/rotation/evidence'
import { signOffRecordPage } from '#views/sign-off-record'
import { aCheck, aRotation, names } from '../support/rotation-builder.ts'

it('shows each evidence of a check by a short text, and the rest when somebody asks', () => {
  const label = `queries: ${'sum(increase(agent_auth_total[1m])) '.repeat(20)}`
  const url = `https://prometheus.example/graph?g0.expr=${'x'.repeat(2_000)}`
  const check = aCheck('tags-correct', 'passed', { evidence: [linkEvidence(label, url)] })
  const page = signOffRecordPage(aRotation(), [check], 'd'.repeat(64), names)
  const shown = page.replace(/<style>[\s\S]*?<\/style>|<details>[\s\S]*?<\/details>|<[^>]*>/g, '')
  expect(shown).toContain('queries')
  expect(shown).not.toContain('xxxx')
  expect(shown).not.toContain('increase')
  expect(page).toContain(`<a href="${url}" rel="noreferrer">queries</a>`)
  expect(page).toMatch(
    /<details><summary>details<\/summary>queries: sum[\s\S]*SHA-256 [0-9a-f]{64}<\/details>/,
  )
  expect(page).toContain('<col style="width: 5.5rem">')
})
