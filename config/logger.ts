import { type Logger, pino } from 'pino';

/** Logs go to standard error: standard output belongs to results. `ASOF_LOG_LEVEL` goes before `level`. */
export function createLogger(level = 'info'): Logger {
  return pino(
    { level: process.env.ASOF_LOG_LEVEL ?? level, base: null },
    pino.destination({ fd: 2, sync: true }),
  );
}
