import { WAITS } from '#config/waits'

// Loaded before the bot: the measurements send more than people may.
WAITS.betweenCommands = 0
WAITS.betweenExports = 0
