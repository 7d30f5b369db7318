/** The control API of the sandbox. Every failure is an `ApiError` whose message is a sentence for people. */

const BASE = '/sandbox/api'

export class ApiError extends Error {}

async function request(path, init) {
  let response
  try {
    response = await fetch(BASE + path, init)
  } catch {
    throw new ApiError('The sandbox does not answer. Is it still running?')
  }
  const text = await response.text()
  const refusal = response.ok ? undefined : refusalIn(text)
  // Slack's own refusals are answers like others; the caller words them.
  if (response.ok || refusal?.ok === false) return text
  throw new ApiError(refusal?.error ?? `The sandbox answered ${response.status}.`)
}

function refusalIn(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The answer's text, so that the caller can see at once whether anything changed. */
export const read = (path) => request(path)

const post = async (path, body) => {
  const text = await request(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  })
  return text ? JSON.parse(text) : {}
}

export const slack = {
  markRead: (user, channel) => post('/slack/read', { user, channel }),
  sendMessage: (message) => post('/slack/message', message),
  sendCommand: (command) => post('/slack/command', command),
  act: (action) => post('/slack/action', action),
  submitView: (user, viewId, values) => post('/slack/view-submission', { user, view_id: viewId, values }),
  closeView: (user, viewId, all) =>
    post('/slack/view-closed', { user, view_id: viewId, ...(all && { is_cleared: true }) }),
  openHome: (user) => post('/slack/home-opened', { user }),
  disconnect: (reason) => post('/slack/socket/disconnect', { reason }),
  redeliver: () => post('/slack/socket/redeliver'),
}

export const sandbox = {
  advanceClock: (advanceMs) => post('/clock', { advanceMs }),
  setFault: (id, on) => post('/faults', { id, on }),
  answerAlert: (id, action) => post('/pager', { id, action }),
  revoke: (name, versionId) => post('/secrets/revoke', { name, versionId }),
  merge: (number) => post(`/pulls/${number}/merge`),
  reset: () => post('/reset'),
}

/** What Slack's own codes mean for the person who clicked or typed. */
const FAILURES = {
  expired_trigger_id: 'The bot answered too late to open a window. Try again.',
  not_found: 'This is no longer there. Close it and open it again from the message.',
  dispatch_failed: 'No bot is connected to the workspace, so nobody answered. Start the bot and try again.',
  operation_timeout: 'The bot did not answer within 3 seconds. Try again.',
}

/** @param {string | undefined} error a code or a sentence of the control API */
export function failureSentence(error) {
  const code = Object.keys(FAILURES).find((known) => error?.includes(known))
  return code ? FAILURES[code] : `This did not work: ${error || 'no reason was given'}.`
}
