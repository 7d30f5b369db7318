/** Client of the control API. Every failure is an `ApiError` whose message is a sentence for the user. */

const BASE = '/sandbox/api'

class ApiError extends Error {}

async function request(path, init) {
  let response
  try {
    response = await fetch(BASE + path, init)
  } catch {
    throw new ApiError('The sandbox does not respond. Check that it is still running.')
  }
  const text = await response.text()
  const refusal = response.ok ? undefined : refusalIn(text)
  // Slack's own error codes are results; the caller words them.
  if (response.ok || refusal?.ok === false) return text
  throw new ApiError(refusal?.error ?? `The sandbox responded with status ${response.status}.`)
}

function refusalIn(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Returns the raw text, so that the caller can compare it with the last one. */
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
  uploadFile: (user, file) => post('/slack/file', { user, ...file }),
  openHome: (user) => post('/slack/home-opened', { user }),
  disconnect: (reason) => post('/slack/socket/disconnect', { reason }),
  redeliver: () => post('/slack/socket/redeliver'),
}

export const sandbox = {
  advanceClock: (advanceMs) => post('/clock', { advanceMs }),
  setFault: (id, on) => post('/faults', { id, on }),
  answerAlert: (id, action) => post('/pager', { id, action }),
  setTakes: (environment, takes) => post('/agents', { environment, takes }),
  startWorkflow: (workflow, inputs, as) => post('/runs', { workflow, inputs, as }),
  approveRun: (id) => post(`/runs/${id}/approve`),
  runAgain: (id) => post(`/runs/${id}/again`),
  revoke: (name, versionId) => post('/secrets/revoke', { name, versionId }),
  comment: (login, body, edits) => post('/github/comment', { login, body, ...(edits && { edits }) }),
  merge: (number) => post(`/pulls/${number}/merge`),
  reset: () => post('/reset'),
}

const FAILURES = {
  expired_trigger_id: 'The bot answered too late to open the dialog. Try again.',
  not_found: 'This no longer exists. Close it and open it again from the message.',
  dispatch_failed: 'The bot is not connected; it may be reconnecting. Try again in a few seconds.',
  operation_timeout: 'The bot did not answer within 3 seconds. Try again.',
}

/** @param {string | undefined} error a code or a sentence of the control API */
export function failureSentence(error) {
  const code = Object.keys(FAILURES).find((known) => error?.includes(known))
  return code ? FAILURES[code] : `This failed: ${error || 'no reason was given'}.`
}
