import { createHash } from 'node:crypto';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { TrainingSetDefinition } from '../../domain/registry/definition.ts';
import {
  type FeatureTypes,
  type SpineHeading,
  type SpineRow,
  parseSpineRow,
  spineColumns,
  spineHeading,
} from '../../domain/training/spine.ts';
import { csvRecords } from './csv-records.ts';
import { openRegularFile } from './regular-file.ts';
import { TableFault } from './table-fault.ts';

/** The number of problems to list; the rest of the file is not read. */
const MAX_PROBLEMS = 10;

/** How a spine is read. */
export interface SpineOptions {
  /** The SHA-256 that the file's bytes must have. Undefined: any. */
  readonly sha256?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The types of the features that the spine may give. Omitted: their values are texts. */
  readonly types?: FeatureTypes | undefined;
}

/** The spine's heading and some of its rows, in order. */
export interface SpinePart {
  readonly heading: SpineHeading;
  readonly rows: readonly SpineRow[];
}

/** A record of a spine, and its place: the number of its line or row. */
export interface SpineRecord {
  readonly line: number;
  readonly fields: readonly string[];
  /** The indexes of fields that hold a number which is no key: NaN, or one that a double has rounded. */
  readonly nameless?: readonly number[] | undefined;
}

/**
 * Reads and checks the rows of a CSV file, in groups. Its errors name lines, and the columns of the
 * definition. They repeat nothing of the file: it need not be the spine that the caller thinks it is.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`; `ASOF_SPINE_INVALID`, listing the first problems by line.
 */
export async function* readSpine(
  path: string,
  definition: TrainingSetDefinition,
  options: SpineOptions = {},
): AsyncGenerator<SpinePart> {
  try {
    const records = csvRecords(spineBytes(path, options), spineColumns(definition));
    yield* readSpineRecords(records, definition, { place: 'line', types: options.types });
  } catch (error) {
    throw error instanceof TableFault ? invalidSpine([error.message]) : error;
  }
}

/**
 * Checks the records of a spine, in groups. The first record of the first group that has one is the heading.
 *
 * @param how what the number of a record counts, and the types of the features that the spine may give.
 * @throws AsofError `ASOF_SPINE_INVALID`, listing the first problems by their places.
 */
export async function* readSpineRecords(
  groups: AsyncIterable<readonly SpineRecord[]>,
  definition: TrainingSetDefinition,
  { place, types }: { readonly place: 'line' | 'row' } & Pick<SpineOptions, 'types'>,
): AsyncGenerator<SpinePart> {
  let heading: SpineHeading | undefined;
  const problems: string[] = [];
  let rowCount = 0;
  for await (const records of groups) {
    const body = heading ? records : records.slice(1);
    if (!heading && records[0]) heading = headingOf(definition, records[0], types);
    if (!heading) continue;
    const rows: SpineRow[] = [];
    for (const { line, fields, nameless } of body) {
      const row = parseSpineRow(heading, fields, nameless);
      if (typeof row === 'string') problems.push(`${place} ${line}: ${row}`);
      else rows.push(row);
      if (problems.length === MAX_PROBLEMS) throw invalidSpine([...problems, 'and maybe more']);
    }
    rowCount += rows.length;
    if (problems.length === 0 && rows.length > 0) yield { heading, rows };
  }
  if (!heading) throw invalidSpine(['the file is empty; expected a heading and rows']);
  if (rowCount === 0 && problems.length === 0) problems.push('there is a heading, but no row');
  if (problems.length > 0) throw invalidSpine(problems);
}

function headingOf(
  definition: TrainingSetDefinition,
  { fields }: SpineRecord,
  types: FeatureTypes | undefined,
): SpineHeading {
  const { heading, problems } = spineHeading(definition, fields, types);
  if (problems.length > 0) throw invalidSpine(problems);
  return heading;
}

/**
 * The bytes of a spine file.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`; at the end `ASOF_SPINE_INVALID` for bytes of another SHA-256.
 */
export async function* spineBytes(
  path: string,
  { sha256, signal }: SpineOptions,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  try {
    const file = await openRegularFile(path);
    for await (const bytes of file.createReadStream({ highWaterMark: 1 << 18, signal })) {
      hash.update(bytes as Uint8Array);
      yield bytes as Uint8Array;
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  if (sha256 !== undefined && hash.digest('hex') !== sha256) throw changed();
}

/** The error for a kept spine whose bytes are not those that its name promises. */
function changed(): AsofError {
  return invalidSpine([
    'its bytes are not those that were handed over: the kept file has another SHA-256 than its name',
  ]);
}

function unreadable(path: string, error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  return new AsofError(
    'ASOF_FILE_UNREADABLE',
    `cannot read the spine '${path}': ${error.message}. The path is one of the machine that the worker runs on`,
    { details: { path }, cause: error },
  );
}

/** The error for a spine, with what is wrong with it. */
export function invalidSpine(problems: readonly string[]): AsofError {
  const list = problems.map((problem) => `✖ ${problem}`).join('\n');
  return new AsofError(
    'ASOF_SPINE_INVALID',
    `the spine is not valid:\n${list}\nNothing was built; correct the file and build again`,
    { details: { problems } },
  );
}
