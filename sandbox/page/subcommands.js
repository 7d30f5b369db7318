/** What can follow `/rotation`, from the bot's own table: `{ name, usage, about }[]`. */
export const SUBCOMMANDS = await (await fetch('/page/subcommands.json')).json()
