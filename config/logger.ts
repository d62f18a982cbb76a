import { type Logger, pino } from 'pino';
import { redaction } from './redaction.ts';

/**
 * Logs to standard error, since standard output is for results, without the secrets of the settings.
 * `ASOF_LOG_LEVEL` overrides `level`.
 */
export function createLogger(level = 'info'): Logger {
  const hidden = redaction();
  return pino(
    {
      level: process.env.ASOF_LOG_LEVEL ?? level,
      base: null,
      hooks: { streamWrite: (line) => hidden.text(line) },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
