import { createHash } from 'node:crypto';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { TrainingSetDefinition } from '../../domain/registry/definition.ts';
import {
  type SpineHeading,
  type SpineRow,
  parseSpineRow,
  spineHeading,
} from '../../domain/training/spine.ts';
import { CsvParser, type CsvRecord } from './csv-parser.ts';
import { openRegularFile } from './regular-file.ts';

/** The number of problems to list; the rest of the file is not read. */
const MAX_PROBLEMS = 10;

/** How a spine is read. */
export interface SpineOptions {
  /** The SHA-256 that the file's bytes must have. Undefined: any. */
  readonly sha256?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The spine's heading and some of its rows, in order. */
export interface SpinePart {
  readonly heading: SpineHeading;
  readonly rows: readonly SpineRow[];
}

/**
 * Reads and checks the rows of a spine file, in groups. Its errors name lines, and the columns of the
 * definition. They repeat nothing of the file: it need not be the spine that the caller thinks it is.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`; `ASOF_SPINE_INVALID`, listing the first problems by line.
 */
export async function* readSpine(
  path: string,
  definition: TrainingSetDefinition,
  options: SpineOptions = {},
): AsyncGenerator<SpinePart> {
  let heading: SpineHeading | undefined;
  const problems: string[] = [];
  let rowCount = 0;
  for await (const records of csvRecords(path, options)) {
    const body = heading ? records : records.slice(1);
    if (!heading && records[0]) heading = headingOf(definition, records[0]);
    if (!heading) continue;
    const rows: SpineRow[] = [];
    for (const { line, fields } of body) {
      const row = parseSpineRow(heading, fields);
      if (typeof row === 'string') problems.push(`line ${line}: ${row}`);
      else rows.push(row);
      if (problems.length === MAX_PROBLEMS) throw invalid([...problems, 'and maybe more']);
    }
    rowCount += rows.length;
    if (problems.length === 0 && rows.length > 0) yield { heading, rows };
  }
  if (!heading) throw invalid(['the file is empty; expected a heading and rows']);
  if (rowCount === 0 && problems.length === 0) problems.push('there is a heading, but no row');
  if (problems.length > 0) throw invalid(problems);
}

function headingOf(definition: TrainingSetDefinition, { fields }: CsvRecord): SpineHeading {
  const { heading, problems } = spineHeading(definition, fields);
  if (problems.length > 0) throw invalid(problems);
  return heading;
}

async function* csvRecords(path: string, { sha256, signal }: SpineOptions): AsyncGenerator<CsvRecord[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = new CsvParser();
  const hash = createHash('sha256');
  try {
    const file = await openRegularFile(path);
    for await (const bytes of file.createReadStream({ highWaterMark: 1 << 18, signal })) {
      hash.update(bytes as Uint8Array);
      yield reader.push(decoder.decode(bytes as Uint8Array, { stream: true }));
    }
    if (sha256 !== undefined && hash.digest('hex') !== sha256)
      throw invalid([
        'its bytes are not those that were handed over: the kept file has another SHA-256 than its name',
      ]);
    yield reader.push(decoder.decode());
    yield reader.end();
  } catch (error) {
    throw asSpineError(path, error);
  }
}

function asSpineError(path: string, error: unknown): unknown {
  if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return invalid(['it is not UTF-8 text; convert it first']);
  }
  if (error instanceof Error && 'syscall' in error) {
    return new AsofError(
      'ASOF_FILE_UNREADABLE',
      `cannot read the spine '${path}': ${error.message}. The path is one of the machine that the worker runs on`,
      { details: { path }, cause: error },
    );
  }
  return error;
}

function invalid(problems: readonly string[]): AsofError {
  const list = problems.map((problem) => `✖ ${problem}`).join('\n');
  return new AsofError(
    'ASOF_SPINE_INVALID',
    `the spine is not valid:\n${list}\nNothing was built; correct the file and build again`,
    { details: { problems } },
  );
}
