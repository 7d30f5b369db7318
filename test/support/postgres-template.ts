import { openDatabase } from '#db/open-database'
import { administer, TEMPLATE, urlOf } from './databases.ts'

/** Makes the database of which the tests use copies. Run once, before the first of them. */
export async function setup(): Promise<void> {
  await administer(`drop database if exists ${TEMPLATE} with (force)`)
  await administer(`create database ${TEMPLATE} template template0`)
  await (await openDatabase(urlOf(TEMPLATE))).destroy()
}

export const teardown = (): Promise<void> => administer(`drop database ${TEMPLATE} with (force)`)
