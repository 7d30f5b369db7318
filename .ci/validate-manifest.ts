import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { parse } from 'yaml'

/*
 * Validates manifest.yml against Slack's manifest schema.
 *
 *   node .ci/validate-manifest.ts path/to/manifest.schema.2.0.0.json
 */

const [schemaPath = ''] = process.argv.slice(2)
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
const validate = ajv.compile(JSON.parse(readFileSync(schemaPath, 'utf8')))
const manifest: unknown = parse(readFileSync(new URL('../manifest.yml', import.meta.url), 'utf8'))

if (!validate(manifest)) {
  for (const error of validate.errors ?? [])
    console.error(`manifest.yml ${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`)
  process.exit(1)
}

// The schema leaves much open; a validator that takes nonsense would prove nothing.
const broken = { ...(manifest as object), display_information: { name: 42 } }
if (validate(broken)) {
  console.error('the manifest schema accepts a broken manifest: the validation is void')
  process.exit(1)
}
console.log('manifest.yml is valid')
