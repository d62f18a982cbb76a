import sql, { type Sql, raw } from 'sql-template-tag';

/** A query without parameters: when the first sync published what was written up to a sequence. No row: none did. */
export function publishedAt(table: string, lastSync: Sql, sequence: Sql): Sql {
  return sql`
    SELECT published_at FROM asof.online_syncs
    WHERE feature_table = ${textLiteral(table)} AND sync <= ${lastSync} AND published_at IS NOT NULL
      AND online_syncs.sequence >= ${sequence}
    ORDER BY online_syncs.sequence, sync LIMIT 1`;
}

/**
 * Until when a version may have been read that the write `superseding` replaced, as an expression without parameters. A
 * version that becomes visible only after that says nothing to any training set. One that was removed, without another
 * in its place, says that a later one is not the first of its row; streams alone never remove rows.
 *
 * @param lastSync the last sync of the table that counts as published; 0: none does.
 */
export function readableUntil(table: string, lastSync: Sql): Sql {
  const published = publishedAt(table, lastSync, raw('superseding.sequence'));
  return sql`
    CASE WHEN superseding.kind <> 'stream' THEN 'infinity' WHEN ${lastSync} = 0 THEN superseding.known_at
      ELSE greatest(superseding.known_at, coalesce((${published}), 'infinity')) END`;
}

function textLiteral(text: string): Sql {
  return raw(`'${text.replaceAll("'", "''")}'`);
}
