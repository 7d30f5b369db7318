/**
 * Whether a title contains the ticket's text as a separate word: `OPS-ROTATION` is not in `OPS-ROTATION-2`.
 */
export function namesTicket(title: string, ticket: string): boolean {
  const [text, wanted] = [title.toLowerCase(), ticket.toLowerCase()]
  const isEdge = (character: string | undefined) =>
    character === undefined || !/[\p{L}\p{N}_-]/u.test(character)
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1))
    if (isEdge(text[at - 1]) && isEdge(text[at + wanted.length])) return true
  return false
}
