import { writeHistory } from './history.ts'

/* Writes a database with a long history: `node write-history.ts <file> <rotations> <events>`. */

const [file = '', rotations = '', events = ''] = process.argv.slice(2)
await writeHistory(file, { rotations: Number(rotations), events: Number(events) })
