import sql, { type Sql, join, raw } from 'sql-template-tag';
import { type LookupPlan, exportedColumns } from '../../domain/training/lookup-plan.ts';
import type { VersionsRead } from '../../domain/training/versions-read.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf, historyOf } from '../sql/relations.ts';
import { readableUntil } from '../tables/readable-until.ts';

/**
 * The rows of a feature table in the versions that a lookup reads, with its primary keys, `feature_ts` and its
 * features. Unless the current ones are read, `_written` is the sequence of the write that made a version (0: of none
 * that is known), and `_superseded` that of the write that superseded it; null: it was current at the cut. No column
 * of a table begins with an underscore. It takes no parameters, which COPY lacks.
 */
export function rowVersions(plan: LookupPlan, read: VersionsRead): Sql {
  if (read.which === 'current') return featuresOf(plan.table);
  const columns = join(
    [...plan.primaryKeys, 'feature_ts', ...exportedColumns(plan).map(({ feature }) => feature)].map((name) =>
      ident('version', name),
    ),
  );
  const cut = raw(BigInt(read.cut).toString());
  const written = sql`coalesce(written.sequence, 0)`;
  return sql`(
    SELECT ${columns}, ${written} AS _written, NULL::bigint AS _superseded
    FROM ${featuresOf(plan.table)} AS version LEFT JOIN asof.writes AS written USING (write_id)
    WHERE ${written} <= ${cut}
    UNION ALL
    SELECT ${columns}, ${written}, CASE WHEN superseding.sequence <= ${cut} THEN superseding.sequence END
    FROM ${historyOf(plan.table)} AS version LEFT JOIN asof.writes AS written USING (write_id)
    JOIN asof.writes AS superseding ON superseding.write_id = version.superseded_by
    WHERE ${written} <= ${cut} AND (superseding.sequence > ${cut} OR ${wasReadable(plan, read)})
  )`;
}

/** Whether a superseded version was readable as of some moment: it became visible before its successor replaced it. */
function wasReadable({ table, availableAfter }: LookupPlan, read: VersionsRead): Sql {
  if (read.which !== 'all') return raw('false');
  const visible = sql`version.feature_ts + interval '1 microsecond' * ${raw(String(availableAfter))}`;
  return sql`${readableUntil(table, raw(String(read.lastSync)))} > ${visible}`;
}
