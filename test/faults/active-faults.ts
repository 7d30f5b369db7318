import type { Disturbance } from './evidence.ts'
import type { MetCall } from './http-proxy.ts'
import type { Lane } from './lane.ts'
import type { Fault } from './plan.ts'

/** The faults of a run that have begun. */
export interface ActiveFaults {
  lane: Lane
  disturbances: Disturbance[]
  /** Those that wait for a call, a commit or an envelope. */
  waiting: { fault: Fault; hasMet: () => boolean }[]
  /** Restarts of the database and ends of second bots that have begun. */
  restarts: Promise<void>[]
  /** What takes a fault back once an act is over. */
  ends: { after: number; end: () => void }[]
  /** The act that is being performed. */
  act: number
}

type Begin<Kind extends Fault['kind']> = (active: ActiveFaults, fault: Extract<Fault, { kind: Kind }>) => void

const MINUTE = 60_000
/** Longer than the deadline of one attempt to connect. */
const LASTING_MS = 3_500
const OPEN_END = Number.MAX_SAFE_INTEGER

/** From now until it is taken back. */
function disturb({ disturbances }: ActiveFaults, what: string, excusesAck = true): () => void {
  const disturbance: Disturbance = { from: Date.now(), to: OPEN_END, what, excusesAck }
  disturbances.push(disturbance)
  return () => {
    disturbance.to = Math.min(disturbance.to, Date.now())
  }
}

function later(active: ActiveFaults, afterMs: number, act: () => void): void {
  const timer = setTimeout(act, afterMs)
  active.ends.push({ after: OPEN_END, end: () => clearTimeout(timer) })
}

function until(active: ActiveFaults, acts: number, end: () => void): void {
  active.ends.push({ after: active.act + acts - 1, end })
}

const BEGIN: { [Kind in Fault['kind']]: Begin<Kind> } = {
  call({ lane, waiting }, fault) {
    waiting.push({ fault, hasMet: lane.proxy.arm(fault) })
  },
  socket(active, fault) {
    const over = disturb(active, fault.fault)
    const { hasMet, end } = active.lane.socket.apply(fault.fault)
    active.waiting.push({ fault, hasMet })
    if (!end) return
    setTimeout(() => {
      end()
      over()
    }, LASTING_MS)
  },
  refresh(active, { reason }) {
    // After a warning the connection goes on delivering, and the bot has the time to open another.
    if (reason === 'refresh_requested') disturb(active, reason)()
    void active.lane.people.operator.post('slack/socket/disconnect', { reason })
  },
  signal(active, { signal, afterMs, bot }) {
    disturb(active, signal)
    later(active, afterMs, () => active.lane.bots.end(signal, bot))
  },
  'kill-at-commit'(active, fault) {
    disturb(active, 'killed at a commit')
    active.waiting.push({ fault, hasMet: active.lane.commits.arm(fault.commits) })
  },
  'disk-full'(active, { acts }) {
    const over = disturb(active, 'disk full')
    active.lane.bots.fillDisk(true)
    until(active, acts, () => {
      active.lane.bots.fillDisk(false)
      over()
    })
  },
  'second-bot'(active, { acts }) {
    disturb(active, 'second bot')
    const stop = active.lane.bots.startAnother()
    // What it answers until then says nothing about the first one.
    until(active, acts, () => active.restarts.push(stop()))
  },
  'database-locked'(active, { ms }) {
    const over = disturb(active, 'database locked')
    const locking = active.lane.database.lock()
    setTimeout(async () => {
      ;(await locking)()
      over()
    }, ms)
  },
  'database-restart'(active, { how, afterMs }) {
    // Whoever is acknowledged first may be asked to try again; nobody may be left without an acknowledgement.
    const over = disturb(active, `database restarted (${how})`, false)
    later(active, afterMs, () => {
      const restarted = active.lane.database.server?.restart(how)
      active.restarts.push(Promise.resolve(restarted).finally(over))
    })
  },
  'database-cut'(active, { bot, afterMs }) {
    const over = disturb(active, 'connections to the database cut', false)
    later(active, afterMs, () => {
      active.lane.database.server?.cut(bot)
      over()
    })
  },
  clock(active, { minutes, acts, bot }) {
    const over = disturb(active, `clock ${minutes} minutes ahead`)
    active.lane.bots.setClockAhead(minutes * MINUTE, bot)
    until(active, acts, () => {
      active.lane.bots.setClockAhead(0, bot)
      over()
    })
  },
  switch(active, { id, acts }) {
    const over = disturb(active, id, id === 'slack-no-ack')
    active.lane.sandbox.world.faults.set(id, true)
    until(active, acts, () => {
      active.lane.sandbox.world.faults.set(id, false)
      over()
    })
  },
}

export function beginFault(active: ActiveFaults, fault: Fault): void {
  const begin = BEGIN[fault.kind] as (active: ActiveFaults, fault: Fault) => void
  begin(active, fault)
}

/** Takes every fault back. */
export async function healAll(active: ActiveFaults): Promise<void> {
  const { lane } = active
  for (const { end } of active.ends) end()
  active.ends = []
  await Promise.all(active.restarts)
  lane.proxy.heal()
  lane.socket.heal()
  lane.commits.disarm()
  lane.bots.fillDisk(false)
  for (const each of lane.sandbox.world.faults.list())
    if (each.on) lane.sandbox.world.faults.set(each.id, false)
  for (const disturbance of active.disturbances) disturbance.to = Math.min(disturbance.to, Date.now())
  active.disturbances.push(...lane.proxy.met().map(disturbanceOf))
}

/** Until a late answer is there, and until a bot that was killed is back. */
const CALL_MS = 10_000

const disturbanceOf = ({ at, fault, call }: MetCall): Disturbance => ({
  from: at,
  to: at + CALL_MS,
  what: `${fault} ${call}`,
  excusesAck: fault.startsWith('kill') || fault === 'stop-after',
})
