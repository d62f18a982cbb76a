import { countMatchedKeys } from '../../../adapters/duckdb/as-of-join.ts';
import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { compareKeys, likenKeys } from '../../../db/training/compare-keys.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { SpineKeys } from '../../../domain/training/missing-rows.ts';
import type { BuildContext } from './build-context.ts';
import type { LoadedSpine } from './load-spine.ts';
import { wantedPath } from './look-up-all.ts';

/** The lookups of a spine after their join. */
export interface JoinedKeys {
  readonly plans: readonly LookupPlan[];
  readonly spine: LoadedSpine;
  /** The number of different keys of each lookup. */
  readonly wanted: readonly number[];
}

/** Answers what is asked of the keys of a spine: from the joined rows in DuckDB, and from the tables. */
export function spineKeys(
  connection: DuckDb,
  { plans, spine, wanted }: JoinedKeys,
  { pool, scratch, report }: Pick<BuildContext, 'pool' | 'scratch' | 'report'>,
): SpineKeys {
  const asking =
    <Answer>(ask: (pool: Pool, plans: readonly LookupPlan[], wantedPath: string) => Promise<Answer>) =>
    (indexes: readonly number[]): Promise<Answer> => {
      report('comparing keys');
      const asked = indexes.map((index) => plans[index]!);
      return ask(pool, asked, wantedPath(scratch, indexes[0]!));
    };
  return {
    countUnmatched: async (indexes) => {
      const first = indexes[0]!;
      return wanted[first]! - (await countMatchedKeys(connection, plans[first]!, spine.columns, indexes));
    },
    compare: asking(compareKeys),
    liken: asking(likenKeys),
  };
}
