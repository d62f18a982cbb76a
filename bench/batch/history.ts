import { commitBatch } from '../../db/batch/commit-batch.ts';
import { loadBatch } from '../../db/batch/load-batch.ts';
import { beginWrite, sealWrite } from '../../db/commits/writes.ts';
import { type Pool, inTransaction } from '../../db/sql/client.ts';
import { ident } from '../../db/sql/identifier.ts';
import { startOf } from '../../domain/batch/day-tiles.ts';
import { products } from '../../examples/churn/definitions/products.ts';
import { transactionFeatures } from '../../examples/churn/definitions/transaction-features.ts';
import { userEvents } from '../../examples/churn/definitions/user-events.ts';
import { userProfileFeatures } from '../../examples/churn/definitions/user-profile-features.ts';
import { users } from '../../examples/churn/definitions/users.ts';
import { withEmptyProject } from '../stream/asof/empty-project.ts';

/** How many users there are, and how many events each has a day. */
export interface DayShape {
  readonly users: number;
  readonly events: number;
}

const PRODUCTS = 500;
const TABLES = [userProfileFeatures, transactionFeatures].map(({ definition }) => definition.name);

/** The batch tables of the churn example in a database of their own, with events of whole days. */
export class History {
  readonly #pool: Pool;
  readonly #source: string;
  readonly #shape: DayShape;

  constructor(pool: Pool, source: string, shape: DayShape) {
    this.#pool = pool;
    this.#source = source;
    this.#shape = shape;
  }

  /** Stores the events of a day, as a micro-batch of the stream does. A fifth of them are purchases. */
  async add(day: number): Promise<void> {
    const { users, events } = this.#shape;
    const relation = ident('events', this.#source.replaceAll('-', '_'));
    await inTransaction(this.#pool, async (client) => {
      const writeId = await beginWrite(client);
      await client.query(
        `INSERT INTO ${relation.text} (user_id, event_type, product_id, revenue, session_id, platform, event_ts,
                                       kafka_partition, kafka_offset, kafka_ts, write_id)
         SELECT 'u_' || floor(random() * $1::float8), CASE WHEN n % 5 = 0 THEN 'purchase' ELSE 'view' END,
                'p_' || floor(random() * $2::float8), round((random() * 100)::numeric, 2)::float8,
                's_' || n, 'web', at, 0, n, at, $3::bigint
         FROM generate_series(0, $4::bigint - 1) AS n,
              LATERAL (SELECT to_timestamp($5::float8 + floor(n * 86400.0 / $4::bigint)) AS at) AS moment`,
        [users, PRODUCTS, writeId, users * events, Number(startOf(day)) / 1e6],
      );
      await client.query(
        'INSERT INTO asof.event_days (source, day, writer, write_id) VALUES ($1, $2, 0, $3)',
        [this.#source, day, writeId],
      );
      await sealWrite(client, writeId, { kind: 'stream', subject: this.#source });
    });
  }

  /** Computes both tables as of the beginning of a day. Resolves to the seconds that it took, and the rows. */
  async compute(day: number): Promise<{ readonly seconds: number; readonly rows: number }> {
    const began = performance.now();
    let rows = 0;
    for (const table of TABLES)
      rows += (await commitBatch(this.#pool, await loadBatch(this.#pool, table), startOf(day))).rows;
    return { seconds: (performance.now() - began) / 1_000, rows };
  }
}

/** Runs `work` on the tables in a new database without events. */
export async function withHistory<Result>(
  shape: DayShape,
  work: (history: History) => Promise<Result>,
): Promise<Result> {
  return withEmptyProject(async ({ source, asof, pool }) => {
    const tables = [userProfileFeatures, transactionFeatures].map(({ definition }) => ({
      ...definition,
      source,
    }));
    await asof.apply([{ ...userEvents.definition, name: source }, users, products, ...tables]);
    await writeReferences(pool, source, shape);
    return work(new History(pool, source, shape));
  });
}

async function writeReferences(pool: Pool, source: string, shape: DayShape): Promise<void> {
  await pool.query(
    `INSERT INTO reference.users
     SELECT 'u_' || n, '2020-01-01', 'free', '2020-01-01', 0 FROM generate_series(0, $1::int) AS n`,
    [shape.users],
  );
  await pool.query(
    `INSERT INTO reference.products
     SELECT 'p_' || n, 'c_' || n % 20, '2020-01-01', 0 FROM generate_series(0, $1::int) AS n`,
    [PRODUCTS],
  );
  // Everything that is stored counts as read.
  await pool.query(
    `INSERT INTO asof.stream_cursors (source, kafka_partition, next_offset, first_offset)
     VALUES ($1, 0, $2, 0)`,
    [source, Number.MAX_SAFE_INTEGER],
  );
}
