import type { z } from 'zod';
import { writeReferenceRows } from '../../db/batch/reference-rows.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { ReferenceTableDefinition } from '../../domain/registry/definition.ts';
import { type ReferenceRow, referenceRowSchema } from '../../schemas/definitions/reference-row.ts';
import type { Connections } from '../shared/connections.ts';
import { type GivenRow, readRows } from './read-rows.ts';

/** The number of problems that an error message lists, as many as a person reads. */
const PROBLEMS_SHOWN = 10;

/** The result of writing rows into a reference table. */
export interface WriteTableResult {
  readonly table: string;
  /** The number of given rows. */
  readonly rows: number;
  /** The number of rows that are new or differ from the stored row. */
  readonly changed: number;
}

export async function writeTable(
  connections: Connections,
  name: string,
  from: string | Iterable<object>,
): Promise<WriteTableResult> {
  const given = typeof from === 'string' ? await readRows(from) : withOrigins(from);
  const pool = await connections.pool();
  const table = (await loadRegistry(pool)).referenceTable(name);
  const rows = validRows(table, given);
  const changed = rows.length === 0 ? 0 : await writeReferenceRows(pool, table, rows);
  return { table: name, rows: rows.length, changed };
}

function withOrigins(rows: Iterable<object>): GivenRow[] {
  return [...rows].map((row, index) => ({ origin: `row ${index + 1}`, row }));
}

function validRows(table: ReferenceTableDefinition, given: readonly GivenRow[]): ReferenceRow[] {
  const schema = referenceRowSchema(table);
  const rows: ReferenceRow[] = [];
  const origins = new Map<string, string>();
  const problems: string[] = [];
  for (const { origin, row } of given) {
    const { data, error } = schema.safeParse(row);
    if (error) {
      problems.push(...error.issues.map((issue) => `${origin}: ${describeIssue(issue)}`));
      continue;
    }
    const identity = JSON.stringify([...table.primaryKeys, 'valid_from'].map((key) => String(data[key])));
    const earlier = origins.get(identity);
    if (earlier !== undefined)
      problems.push(`${origin}: has the same key and valid_from as ${earlier}; keep one of them`);
    origins.set(identity, origin);
    rows.push(data);
  }
  if (problems.length === 0) return rows;
  throw invalid(table.name, problems);
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return path.length > 0 ? `${path.join('.')}: ${message}` : message;
}

function invalid(table: string, problems: readonly string[]): AsofError {
  const shown = problems.slice(0, PROBLEMS_SHOWN).map((problem) => `✖ ${problem}`);
  if (problems.length > shown.length) shown.push(`… and ${problems.length - shown.length} more`);
  return new AsofError(
    'ASOF_ROWS_INVALID',
    `rows for reference table '${table}' are not valid, and none was written:\n${shown.join('\n')}`,
    { details: { table, problems: problems.slice(0, PROBLEMS_SHOWN) } },
  );
}
