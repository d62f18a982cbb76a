import { type Logger, pino } from 'pino';

/** Logs to standard error, since standard output is for results. `ASOF_LOG_LEVEL` overrides `level`. */
export function createLogger(level = 'info'): Logger {
  return pino(
    { level: process.env.ASOF_LOG_LEVEL ?? level, base: null },
    pino.destination({ fd: 2, sync: true }),
  );
}
