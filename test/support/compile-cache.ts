import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** For each process that a test starts: what the one before has compiled is not compiled again. */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(tmpdir(), 'rotation-compile-cache') }
