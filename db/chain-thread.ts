import { parentPort, workerData } from 'node:worker_threads'
import { readDatabase } from './read-database.ts'
import { type ThreadRequest, verifyChain } from './verify-chain.ts'

/** The thread that `verifyInThread` starts. */
const { database, from, witnesses } = workerData as ThreadRequest
parentPort?.postMessage(await readDatabase(database, (db) => verifyChain(db, from, witnesses)))
