import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { versionId } from './names.ts'

/*
 * A stand-in for AWS Secrets Manager with prepared answers, so that mainly the client is measured. Runs in its own
 * process and prints its address.
 */

const PAGE = 100
const { values } = parseArgs({ options: { secrets: { type: 'string', default: '10000' } } })
const count = Number(values.secrets)
const nameOf = (index: number) => `flashfusion/bench/agent-${index}/capability-token`

const DAY_S = 86_400
const NOW_S = 1_795_424_520
let calls: Record<string, number> = {}

const entry = (index: number) => ({
  ARN: `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${nameOf(index)}-AbCdEf`,
  Name: nameOf(index),
  Description: `Capability token of agent ${index}`,
  CreatedDate: NOW_S - 400 * DAY_S + index,
  LastChangedDate: NOW_S - 12 * DAY_S,
  LastAccessedDate: NOW_S - (NOW_S % DAY_S),
  Tags: [
    { Key: 'owner', Value: 'platform' },
    { Key: 'env', Value: 'bench' },
    { Key: 'scope', Value: `agent-${index}` },
    { Key: 'expiry', Value: '2026-12-23T11:02:00.000Z' },
    { Key: 'version', Value: versionId(index, 0) },
    { Key: 'previous-revoke-by', Value: '2026-11-24T11:02:00.000Z' },
  ],
  SecretVersionsToStages: { [versionId(index, 0)]: ['AWSCURRENT'], [versionId(index, 1)]: ['AWSPREVIOUS'] },
})

const pages = Array.from({ length: Math.ceil(count / PAGE) }, (_, page) => {
  const first = page * PAGE
  const size = Math.min(PAGE, count - first)
  const next = first + size < count ? { NextToken: String(page + 1) } : {}
  return JSON.stringify({ SecretList: Array.from({ length: size }, (_, at) => entry(first + at)), ...next })
})

const versionsOf = (index: number) =>
  JSON.stringify({
    Name: nameOf(index),
    Versions: [['AWSCURRENT'], ['AWSPREVIOUS'], undefined].map((VersionStages, age) => ({
      VersionId: versionId(index, age),
      VersionStages,
      CreatedDate: NOW_S - (12 + 30 * age) * DAY_S,
      KmsKeyIds: ['DefaultEncryptionKey'],
    })),
  })

const ANSWERS: Record<string, (request: { NextToken?: string; SecretId?: string }) => string> = {
  ListSecrets: ({ NextToken = '0' }) => pages[Number(NextToken)] ?? '{"SecretList":[]}',
  ListSecretVersionIds: ({ SecretId = '' }) => versionsOf(Number(/agent-(\d+)/.exec(SecretId)?.[1])),
}

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(JSON.stringify(calls))
    calls = {}
    return
  }
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => {
    body += chunk
  })
  request.on('end', () => {
    const operation = String(request.headers['x-amz-target']).replace('secretsmanager.', '')
    calls[operation] = (calls[operation] ?? 0) + 1
    const answer = ANSWERS[operation]
    response.writeHead(answer ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(answer ? answer(JSON.parse(body)) : '{"__type":"UnknownOperationException"}')
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
process.on('SIGTERM', () => process.exit(0))
