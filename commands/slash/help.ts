import { help } from '#views/help'
import type { Subcommand } from './subcommand.ts'

export const helpCommand: Subcommand = ({ answer }) => answer(help())
