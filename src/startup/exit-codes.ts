/** The configuration must change before another start can succeed (`EX_CONFIG` of sysexits.h). */
export const EXIT_CONFIG = 78

/** Anything else that failed: another start may succeed. */
export const EXIT_FAILED = 1

/** Wrong arguments on the command line (`EX_USAGE` of sysexits.h). */
export const EXIT_USAGE = 64
