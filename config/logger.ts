import { pino, type Logger } from 'pino';

/** Logs go to standard error: standard output belongs to results. `ASOF_LOG_LEVEL` is `info` unless set. */
export function createLogger(): Logger {
  return pino(
    { level: process.env.ASOF_LOG_LEVEL ?? 'info', base: null },
    pino.destination({ fd: 2, sync: true }),
  );
}
