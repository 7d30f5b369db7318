import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { expect, it } from 'vitest'
import { parse } from 'yaml'

const readText = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
  JSON.parse(readText('test/manifest/slack-manifest.schema.2.0.0.json')),
)
const manifest: object = parse(readText('manifest.yml'))

it('manifest.yml is valid by Slack’s schema', () => {
  validate(manifest)
  expect(validate.errors ?? []).toEqual([])
})

// The schema leaves much open: a validator that accepts nonsense would prove nothing.
it('a broken manifest is refused', () => {
  expect(validate({ ...manifest, display_information: { name: 42 } })).toBe(false)
})
