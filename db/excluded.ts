import { type RawBuilder, sql } from 'kysely'

/** For `on conflict … do update`: the columns of a row that could not be inserted, without those of its key. */
export function excluded<Row extends object>(
  row: Row,
  key: readonly (keyof Row)[],
): Record<string, RawBuilder<never>> {
  const columns = Object.keys(row).filter((column) => !key.some((each) => each === column))
  return Object.fromEntries(columns.map((column) => [column, sql.ref<never>(`excluded.${column}`)]))
}
