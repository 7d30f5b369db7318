import type { AgeReading } from '#rotation/age-reading'
import type { Db } from '../schema.ts'
import { findSetting, setSetting } from './settings.ts'

const SETTING = 'token-ages'

/** How old the tokens were when the secrets manager was last read; undefined before that. */
export const findTokenAges = (db: Db): Promise<AgeReading | undefined> => findSetting<AgeReading>(db, SETTING)

export const setTokenAges = (tx: Db, reading: AgeReading): Promise<void> => setSetting(tx, SETTING, reading)
