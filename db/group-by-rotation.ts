/** The rows of each rotation, in the order in which they were read. */
export function groupByRotation<Row extends { rotationId: number | null }>(
  rows: Row[],
): (rotationId: number) => Row[] {
  const groups = Map.groupBy(rows, (row) => row.rotationId)
  return (rotationId) => groups.get(rotationId) ?? []
}
