import sql, { raw } from 'sql-template-tag';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { Client } from '../../sql/client.ts';
import { featuresOf } from '../../sql/relations.ts';
import { microsExpression } from '../../sql/timestamp.ts';

/** A column of a feature table that a mirror holds. */
export interface MirroredColumn {
  readonly name: string;
  readonly type: 'bigint' | 'double precision' | 'text' | 'boolean' | 'double precision[]';
}

/** A chunk of a feature table: the rows of `[from, to)`, in microseconds since 1970. */
export interface TableChunk {
  readonly from: bigint;
  readonly to: bigint;
  readonly bytes: number;
  /** About how many rows it has. Null: Postgres has no statistics yet. */
  readonly rows: number | null;
}

/** What a mirror must know of a feature table. */
export interface MirroredTable {
  /** Tells the relation, with its columns, from every other one of any database. */
  readonly identity: string;
  readonly primaryKeys: readonly string[];
  /** The features, in their order in the relation. */
  readonly features: readonly MirroredColumn[];
  readonly chunks: readonly TableChunk[];
  /** About how many different first keys there are. Null: Postgres has no statistics yet. */
  readonly keys: number | null;
  /** Versions that were superseded up to this sequence may be gone from the history. */
  readonly historyRemovedThrough: bigint;
}

const TYPES: readonly string[] = ['bigint', 'double precision', 'text', 'boolean', 'double precision[]'];

/** Describes the feature table of a lookup as the snapshot has it. A table that is no hypertable has no chunks. */
export async function describeMirrored(client: Client, plan: LookupPlan): Promise<MirroredTable> {
  const relation = featuresOf(plan.table).text;
  const { rows } = await client.query<Described>(sql`
    SELECT concat_ws('/', (SELECT id FROM asof.deployment), (SELECT oid FROM pg_database WHERE datname = current_database()),
                     ${relation}::regclass::oid) AS identity,
           ARRAY(SELECT json_build_object('name', attname, 'type', format_type(atttypid, atttypmod)) FROM pg_attribute
                 WHERE attrelid = ${relation}::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum) AS columns,
           (SELECT CASE WHEN n_distinct < 0 THEN NULL ELSE n_distinct END::float8 FROM pg_stats
            WHERE schemaname = 'features' AND tablename = ${plan.table} AND attname = ${plan.primaryKeys[0]} AND inherited) AS keys,
           coalesce((SELECT removed_through FROM asof.history_floors WHERE feature_table = ${plan.table}), 0)::text AS removed`);
  const { rows: chunks } = await client.query<DescribedChunk>(sql`
    SELECT ${raw(microsExpression('range_start'))}::text AS from, ${raw(microsExpression('range_end'))}::text AS to,
           pg_relation_size(chunk.oid)::float8 AS bytes, nullif(chunk.reltuples, -1)::float8 AS rows
    FROM timescaledb_information.chunks
    JOIN pg_class AS chunk ON chunk.oid = format('%I.%I', chunk_schema, chunk_name)::regclass
    WHERE hypertable_schema = 'features' AND hypertable_name = ${plan.table} ORDER BY range_start`);
  const { identity, columns, keys, removed } = rows[0]!;
  const features = columns.filter(
    (column): column is MirroredColumn =>
      TYPES.includes(column.type) && !plan.primaryKeys.includes(column.name) && column.name !== 'write_id',
  );
  return {
    identity: JSON.stringify([identity, plan.primaryKeys, features]),
    primaryKeys: plan.primaryKeys,
    features,
    chunks: chunks.map(({ from, to, ...size }) => ({ from: BigInt(from), to: BigInt(to), ...size })),
    keys,
    historyRemovedThrough: BigInt(removed),
  };
}

type DescribedChunk = Record<'from' | 'to', string> & Pick<TableChunk, 'bytes' | 'rows'>;

interface Described {
  readonly identity: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly keys: number | null;
  readonly removed: string;
}
