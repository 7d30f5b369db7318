import { READERS } from './readers.ts'

/* Reads the inventory once as the bot does and prints the peak resident memory in MiB. */

const [endpoint = ''] = process.argv.slice(2)
const secrets = await READERS.adapter(endpoint)()
const KIB_PER_MIB = 1024
process.stdout.write(
  `${JSON.stringify({ secrets, peakMib: process.resourceUsage().maxRSS / KIB_PER_MIB })}\n`,
)
process.exit(0)
