import { to as copyTo } from 'pg-copy-streams';
import sql, { type Sql, join } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { TrainingSetDefinition } from '../../domain/registry/definition.ts';
import type { Registry } from '../../domain/registry/registry.ts';
import { type MadeSpine, madeSpineWords, momentsOf } from '../../domain/training/made-spine.ts';
import { atKnowledgeCut } from '../commits/knowledge-cut.ts';
import { loadRegistry } from '../registry/registry.ts';
import type { Client, Pool } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf, rawEvents, referenceOf } from '../sql/relations.ts';
import { toTimestamptz } from '../sql/timestamp.ts';

/**
 * Reads the spine that Asof makes for a training set: a row for each entity and each moment by which one of its rows
 * is visible, in the order of moments, then keys.
 *
 * @param take gets the rows as CSV with a heading.
 * @returns what `take` gives, and the sequence of the last write that was seen.
 * @throws AsofError `ASOF_TABLE_UNKNOWN`, `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_INPUT_INVALID`; `ASOF_SPINE_INVALID` if there
 * is no entity; whatever `take` throws.
 */
export function readMadeSpine<Result>(
  pool: Pool,
  trainingSet: string,
  spine: MadeSpine,
  take: (csv: AsyncIterable<Buffer>) => Promise<Result>,
): Promise<{ readonly taken: Result; readonly sequence: string }> {
  const moments = momentsOf(spine).map(toTimestamptz);
  return atKnowledgeCut(pool, async (client, { sequence }) => {
    const registry = await loadRegistry(client);
    const source = entitySource(registry, spine.entitiesOf);
    const columns = columnsOf(registry.trainingSet(trainingSet), spine, source.keys);
    await client.query(sql`
      CREATE TEMPORARY TABLE made_moments ON COMMIT DROP AS SELECT unnest(${moments}::timestamptz[]) AS moment`);
    const keys = join(source.keys.map((key) => ident(key)));
    const isThere = join(
      source.keys.map((key) => sql`${ident(key)} IS NOT NULL`),
      ' AND ',
    );
    await client.query(sql`
      CREATE TEMPORARY TABLE made_entities ON COMMIT DROP AS
      SELECT ${keys}, min(${source.moment}) + ${source.delay}::interval AS since FROM ${source.relation}
      WHERE ${source.moment} <= (SELECT max(moment) FROM made_moments) - ${source.delay}::interval AND ${isThere}
      GROUP BY ${keys}`);
    return { taken: await take(entitiesCsv(client, source.keys, { columns, spine })), sequence };
  });
}

/** Where entities are found. */
interface EntitySource {
  readonly relation: Sql;
  readonly keys: readonly string[];
  readonly moment: Sql;
  /** How long after its moment a row becomes visible. */
  readonly delay: string;
}

function entitySource(registry: Registry, name: string): EntitySource {
  const source = registry.find('event_source', name);
  if (source)
    return {
      relation: rawEvents(source),
      keys: [source.entity],
      moment: ident(source.eventTime),
      delay: AT_ONCE,
    };
  const reference = registry.find('reference_table', name);
  if (reference)
    return {
      relation: referenceOf(name),
      keys: reference.primaryKeys,
      moment: ident('valid_from'),
      delay: AT_ONCE,
    };
  const { primaryKeys, availableAfter } = registry.featureTable(name);
  return {
    relation: featuresOf(name),
    keys: primaryKeys,
    moment: ident('feature_ts'),
    delay: availableAfter,
  };
}

const AT_ONCE = '0 seconds';

/** The columns of the spine: each key by the name that the training set has for it, then the moment. */
function columnsOf(
  { spine, lookups }: TrainingSetDefinition,
  { entitiesOf }: MadeSpine,
  keys: readonly string[],
): Sql[] {
  const lookup = lookups.find(({ table }) => table === entitiesOf);
  const names = lookup?.lookupKeys ?? (spine.keys.length === keys.length ? spine.keys : keys);
  return [
    ...keys.map((key, at) => sql`${ident('made_entities', key)} AS ${ident(names[at]!)}`),
    sql`to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ${ident(spine.timestamp)}`,
  ];
}

async function* entitiesCsv(
  client: Client,
  keys: readonly string[],
  { columns, spine }: { readonly columns: readonly Sql[]; readonly spine: MadeSpine },
): AsyncGenerator<Buffer> {
  const order = keys.map((key) => `${ident('made_entities', key).text} COLLATE "C"`);
  const copy = client.query(
    copyTo(`COPY (
      SELECT ${join(columns).text} FROM made_moments JOIN made_entities ON since <= moment
      ORDER BY moment, ${order.join(', ')}) TO STDOUT (FORMAT csv, HEADER)`),
  );
  for await (const bytes of copy) yield bytes as Buffer;
  if (copy.rowCount === 0)
    throw new AsofError(
      'ASOF_SPINE_INVALID',
      `the spine is not valid: none of ${madeSpineWords(spine)} is visible then. Nothing was built`,
    );
}
