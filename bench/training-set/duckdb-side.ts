import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { to as copyTo } from 'pg-copy-streams';
import { connect } from '../../db/sql/client.ts';
import { mostResidentMiB } from '../measure/memory.ts';
import { TABLES } from './tables.ts';

/**
 * The same join by DuckDB alone, in a process of its own: `copy` reads the tables out of Postgres into Parquet
 * first, `parquet` finds them there. Prints what it took as JSON.
 */
const [mode, url, folder, spine, out] = process.argv.slice(2) as [
  'copy' | 'parquet',
  string,
  string,
  string,
  string,
];
const TYPES = { bigint: 'BIGINT', double: 'DOUBLE', string: 'VARCHAR' };

const began = performance.now();
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
if (mode === 'copy') {
  const pool = await connect(url, { max: 1 });
  const client = await pool.connect();
  for (const { name, features } of TABLES) {
    const csv = join(folder, `${name}.csv`);
    const columns = Object.keys(features).join(', ');
    await pipeline(
      client.query(
        copyTo(`COPY (SELECT user_id, feature_ts, ${columns} FROM features.${name}) TO STDOUT (FORMAT csv)`),
      ),
      createWriteStream(csv),
    );
    const types = Object.entries(features).map(([feature, [type]]) => `'${feature}': '${TYPES[type]}'`);
    await connection.run(`
      COPY (SELECT * FROM read_csv('${csv}', header = false, columns = {'user_id': 'VARCHAR', 'feature_ts': 'TIMESTAMPTZ', ${types.join(', ')}}))
      TO '${join(folder, `${name}.parquet`)}' (FORMAT parquet)`);
  }
  client.release();
  await pool.end();
}
const features = TABLES.flatMap(({ name, features }) =>
  Object.keys(features).map((feature) => `${name}.${feature}`),
);
const joins = TABLES.map(
  ({ name }) => `
    ASOF LEFT JOIN '${join(folder, `${name}.parquet`)}' AS ${name}
      ON spine.user_id = ${name}.user_id AND spine.observation_ts >= ${name}.feature_ts`,
);
await connection.run(`
  COPY (SELECT spine.*, ${features.join(', ')} FROM '${spine}' AS spine ${joins.join('')})
  TO '${out}' (FORMAT parquet, COMPRESSION zstd)`);
const seconds = (performance.now() - began) / 1_000;
process.stdout.write(`${JSON.stringify({ seconds, memoryMiB: mostResidentMiB(process.pid) })}\n`);
process.exit(0);
