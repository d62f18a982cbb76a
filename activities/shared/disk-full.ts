import { AsofError } from '../../domain/errors/asof-error.ts';

/** The words of the system, of DuckDB and of Postgres, in this order. */
const FULL = /\bENOSPC\b|\bEDQUOT\b|no space left on device|disk quota exceeded|could not extend file/i;
/** Postgres: `disk_full`. */
const SQLSTATE = '53100';

/**
 * The error that names a full disk, if an error or one of its causes says so. Only more room helps, so the
 * step is tried again until there is some.
 */
export function diskFull(error: unknown): AsofError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, message } = cause as Error & { code?: unknown };
    if (code !== SQLSTATE && !FULL.test(message)) continue;
    const where = code === SQLSTATE ? 'the disk of the offline store' : "a disk of the worker's machine";
    return new AsofError(
      'ASOF_DISK_FULL',
      `${where} is full: ${message}. Make room there; nothing was written in part, and the step goes on by itself`,
      { cause: error },
    );
  }
  return undefined;
}
