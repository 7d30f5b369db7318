import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { NotReadable } from '#domain/tokens/secret'
import { prometheus } from '#integrations/prometheus/prometheus'
import { NOW } from '#test/support/rotation-builder'

interface Request {
  method: string
  url: string
  authorization: string | undefined
  body: string
}

let server: Server | undefined
afterEach(() => {
  server?.close()
  server?.closeAllConnections()
})

/** Possible answers of a proxy or Prometheus, and the recorded queries. */
async function serve(answer: (request: Request, response: ServerResponse) => void) {
  const requests: Request[] = []
  server = createServer(async (incoming: IncomingMessage, response) => {
    const { method = '', url = '', headers } = incoming
    const request = { method, url, authorization: headers.authorization, body: await text(incoming) }
    requests.push(request)
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

const success = (data: object, more: object = {}) => JSON.stringify({ status: 'success', data, ...more })
const ONE = success({ resultType: 'vector', result: [{ metric: { job: 'a' }, value: [1, '2.5'] }] })

describe('a query', () => {
  it('is posted below the path of the address, with the credentials in a header', async () => {
    const { host, requests } = await serve((_, response) => response.end(ONE))
    const telemetry = prometheus(`http://bot:p%40ss%3Aword@${host}/team/prometheus/`)
    expect(await telemetry.query('sum(a{b="c"})', NOW)).toEqual({
      samples: [{ labels: { job: 'a' }, value: 2.5 }],
      warnings: [],
    })
    expect(requests).toEqual([
      {
        method: 'POST',
        url: '/team/prometheus/api/v1/query',
        authorization: `Basic ${Buffer.from('bot:p@ss:word').toString('base64')}`,
        body: new URLSearchParams({ query: 'sum(a{b="c"})', time: NOW }).toString(),
      },
    ])
    const link = telemetry.graphUrl('sum(a{b="c"})', NOW)
    expect(link.startsWith(`http://${host}/team/prometheus/graph?`)).toBe(true)
    expect(new URL(link).searchParams.get('g0.expr')).toBe('sum(a{b="c"})')
    expect(new URL(link).searchParams.get('g0.moment_input')).toBe('2026-11-23 11:02:00')
  })

  it('is asked with GET where POST is not allowed', async () => {
    const { host, requests } = await serve(({ method }, response) =>
      method === 'POST' ? response.writeHead(405).end() : response.end(ONE),
    )
    expect((await prometheus(`http://${host}`).query('up', NOW)).samples).toHaveLength(1)
    expect(requests.at(-1)?.url).toBe(`/api/v1/query?${new URLSearchParams({ query: 'up', time: NOW })}`)
  })

  it('keeps warnings, infinities and what is no number', async () => {
    const values = ['+Inf', '-Inf', 'NaN', '1e+06'].map((value) => ({ metric: {}, value: [1, value] }))
    const { host } = await serve((_, response) =>
      response.end(success({ resultType: 'vector', result: values }, { warnings: ['a store is away'] })),
    )
    const { samples, warnings } = await prometheus(`http://${host}`).query('up', NOW)
    expect(samples.map((sample) => sample.value)).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      1_000_000,
    ])
    expect(warnings).toEqual(['a store is away'])
  })

  it('is not read to the end where the answer never ends', async () => {
    const { host } = await serve((_, response) => {
      const send = () => {
        while (response.write(' '.repeat(100_000)));
      }
      response.on('drain', send)
      send()
    })
    await expect(prometheus(`http://${host}`).query('up', NOW)).rejects.toThrow(
      'the answer is larger than 5 MB; aggregate the query',
    )
  })

  it('has a warning where the answer is partial', async () => {
    const data = { resultType: 'vector', result: [] }
    const { host } = await serve(({ body }, response) =>
      response.end(success(data, { isPartial: body.includes('query=partial') })),
    )
    expect((await prometheus(`http://${host}`).query('partial', NOW)).warnings).toEqual(['isPartial: true'])
    expect((await prometheus(`http://${host}`).query('whole', NOW)).warnings).toEqual([])
  })

  it.each<[string, number, string, string]>([
    [
      'an error of its own',
      422,
      JSON.stringify({ status: 'error', errorType: 'execution', error: 'query timed out' }),
      'Prometheus answered execution: query timed out',
    ],
    ['an unreadable answer', 503, 'Service Unavailable', 'gave an unreadable answer (503)'],
    ['a page of a login', 200, '<html>', 'there is no HTTP API at'],
    ['something else at the address', 404, 'not here', 'there is no HTTP API at'],
    ['a refusal of the password', 401, '', 'does not accept the user and password in PROMETHEUS_URL (401)'],
    ['a refusal', 403, '', 'refuses the query'],
    ['JSON that is no answer', 200, '{"status":"success"}', 'there is no HTTP API at'],
    ['a matrix', 200, success({ resultType: 'matrix', result: [] }), 'answered with a matrix'],
    [
      'histograms',
      200,
      success({ resultType: 'vector', result: [{ metric: {}, histogram: [1, {}] }] }),
      'answered with a vector that has no single value',
    ],
  ])('that gets %s is not readable, and shows no credentials', async (_, status, body, sentence) => {
    const { host } = await serve((_, response) => response.writeHead(status).end(body))
    const problem = await prometheus(`http://bot:hidden@${host}`)
      .query('up', NOW)
      .catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(NotReadable)
    expect((problem as NotReadable).message).toContain(sentence)
    expect((problem as NotReadable).message).not.toContain('hidden')
  })

  it('is not readable when no server listens, or the connection is cut', async () => {
    await expect(prometheus('http://127.0.0.1:9').query('up', NOW)).rejects.toThrow(
      /no connection.*PROMETHEUS_URL/,
    )
    const { host } = await serve((_, response) => response.destroy())
    await expect(prometheus(`http://${host}`).query('up', NOW)).rejects.toThrow(NotReadable)
  })
})
