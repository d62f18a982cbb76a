import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { hashBlocks } from '../../activities/training/hash-blocks.ts';
import { SetHash } from '../../activities/training/set-hash.ts';
import { loadSpine, spineNotes } from '../../activities/training/training-set/load-spine.ts';
import { lookUpAsWay } from '../../activities/training/training-set/look-up-as-way.ts';
import { writeTrainingSet } from '../../activities/training/training-set/write-training-set.ts';
import { joinAsOf, wantedSpan } from '../../adapters/duckdb/as-of-join.ts';
import { type DuckDb, withDuckDb } from '../../adapters/duckdb/database.ts';
import { giveCandidates } from '../../adapters/duckdb/given-candidates.ts';
import { readParquet } from '../../adapters/duckdb/training-set-file.ts';
import { makeStarts } from '../../adapters/duckdb/ways/version-starts.ts';
import { readTimes } from '../../adapters/duckdb/ways/version-times.ts';
import { rowsCsv } from '../../client/training/spine/rows-csv.ts';
import type { GivenSpineRow } from '../../client/training/spine/spine-source.ts';
import { type TrainingSetLookups, spineOf } from '../../db/training/load-training-set.ts';
import { formatInstant } from '../../domain/time/instant.ts';
import type { CanonicalValue } from '../../domain/training/canonical-row.ts';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { LookupCounts, TrainingSetColumn, TrainingSetWay } from '../../domain/training/manifest.ts';
import type { SpineColumn } from '../../domain/training/spine.ts';
import type { Sync } from '../online/online-store.ts';
import type { RowStore, SimulatedVersion } from '../store/row-store.ts';
import type { WriteLog } from '../store/write-log.ts';

/** The rows of a training set. Times are RFC 3339 texts. */
export type SimulatedSetRow = Readonly<Record<string, string | number | boolean | null>>;

/** A training set that a simulation has built. */
export interface SimulatedTrainingSet {
  /** One for each row of the spine, in its order. */
  readonly rows: readonly SimulatedSetRow[];
  readonly schema: readonly TrainingSetColumn[];
  /** The SHA-256 of the canonical rows: the one that a build on servers with the same rows has. */
  readonly sha256: string;
  readonly lookups: readonly LookupCounts[];
  /** What was done to the spine otherwise than one might expect. */
  readonly notes: readonly string[];
}

/** A feature table as a build reads it. */
export interface ReadTable {
  readonly rows: RowStore;
  /** The features of a row, in order. */
  readonly features: readonly string[];
  /** What its online table made readable. */
  readonly syncs: readonly Sync[];
}

export interface SetBuild {
  readonly plan: TrainingSetLookups;
  /** The path of a file, or the rows. */
  readonly spine: string | Iterable<GivenSpineRow>;
  readonly way: TrainingSetWay;
  readonly table: (name: string) => ReadTable;
  readonly writes: WriteLog;
}

/** Joins a spine with rows in memory, by the code of the servers' builds. */
export async function joinedSet(build: SetBuild): Promise<SimulatedTrainingSet> {
  const scratch = await mkdtemp(join(tmpdir(), 'asof-simulation-'));
  try {
    return await withDuckDb(scratch, (connection) => buildIn(connection, scratch, build));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function buildIn(connection: DuckDb, scratch: string, build: SetBuild): Promise<SimulatedTrainingSet> {
  const { plan } = build;
  const { definition, types } = spineOf(plan);
  const path = await spinePath(scratch, build.spine);
  const { signal } = new AbortController();
  const spine = await loadSpine(connection, { path, signal, scratch, types }, definition, () => {});
  const lookups: LookupCounts[] = [];
  for (const [index, lookup] of plan.lookups.entries()) {
    const found = await lookUp(connection, { index, plan: lookup, columns: spine.columns, scratch }, build);
    lookups.push({ table: lookup.table, notFound: spine.rows - found.found, ...found });
  }
  const rowsPath = join(scratch, 'rows.parquet');
  const schema = await writeTrainingSet(connection, { plan, spine }, rowsPath, () => {});
  const written = { path: rowsPath, schema, spineColumns: spine.given.columns.map(({ name }) => name) };
  const hash = new SetHash(written);
  for await (const block of hashBlocks(connection, written)) hash.add(block.columns);
  const rows: SimulatedSetRow[] = [];
  for await (const group of readParquet(connection, schema, rowsPath))
    for (const row of group) rows.push(shownRow(schema, row));
  return { rows, schema, sha256: hash.digest().sha256, lookups, notes: spineNotes(spine) };
}

async function spinePath(scratch: string, spine: SetBuild['spine']): Promise<string> {
  if (typeof spine === 'string') return spine;
  const path = join(scratch, 'spine.csv');
  await pipeline(rowsCsv(spine), createWriteStream(path));
  return path;
}

interface SetLookup {
  readonly index: number;
  readonly plan: LookupPlan;
  readonly columns: readonly SpineColumn[];
  readonly scratch: string;
}

async function lookUp(
  connection: DuckDb,
  { index, plan, columns, scratch }: SetLookup,
  { way, table, writes }: SetBuild,
): Promise<{ found: number; assumed?: number }> {
  const read = table(plan.table);
  const hasVersions = way !== 'latest';
  const span = await wantedSpan(connection, plan, columns);
  const isWanted = ({ featureTs }: SimulatedVersion) =>
    featureTs >= span.earliest && featureTs <= span.latest;
  const candidates = [...(hasVersions ? read.rows.all() : read.rows.current())].filter(isWanted);
  await giveCandidates(
    connection,
    { index, plan, hasVersions },
    candidates.map((version) => ({
      ...version,
      valueOf: (feature: string) => version.values[read.features.indexOf(feature)]!,
    })),
  );
  if (way === 'latest') return { found: await joinAsOf(connection, { index, plan, columns, hasVersions }) };
  const timesPath = join(scratch, `times-${index}.csv`);
  await writeFile(timesPath, timesOf(writes, read.syncs));
  await readTimes(connection, index, timesPath);
  await makeStarts(connection, { index, plan, way });
  return lookUpAsWay(connection, { index, plan, columns, way });
}

/** Since when the rows of each write count, as the offline store says it: see `db/training/write-times.ts`. */
function timesOf(writes: WriteLog, syncs: readonly Sync[]): string {
  let sync = 0;
  const lines: string[] = [];
  for (let sequence = 1n; sequence <= writes.last; sequence += 1n) {
    const { knownAt, earliestRecord, isHistory } = writes.get(sequence);
    while (sync < syncs.length && syncs[sync]!.sequence < sequence) sync += 1;
    const published = syncs[sync]?.publishedAt ?? '';
    lines.push([sequence, knownAt, published, earliestRecord ?? '', isHistory ? 't' : 'f'].join(','));
  }
  return `${lines.join('\n')}\n`;
}

function shownRow(schema: readonly TrainingSetColumn[], row: readonly CanonicalValue[]): SimulatedSetRow {
  return Object.fromEntries(schema.map(({ name, type }, at) => [name, shownValue(type, row[at]!)]));
}

function shownValue(type: TrainingSetColumn['type'], value: CanonicalValue): SimulatedSetRow[string] {
  if (typeof value !== 'bigint') return value;
  return type === 'timestamp' ? formatInstant(value) : Number(value);
}
