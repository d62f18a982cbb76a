import sql from 'sql-template-tag';
import type { Queryable } from '../sql/client.ts';

/** The records of a partition that had been read: those from `from` on, and before `to`. Offsets are decimal texts. */
export interface ReadOffsets {
  readonly partition: number;
  readonly from: string;
  readonly to: string;
}

/** What had been read of a source. */
export interface SourceOffsets {
  readonly source: string;
  readonly partitions: readonly ReadOffsets[];
}

/**
 * The offsets of some sources that had been read up to a knowledge cut. Where retention has joined ranges of the
 * ledger across the cut, these do not count.
 *
 * @param cut a sequence, as a decimal text.
 */
export async function offsetsUpTo(
  db: Queryable,
  sources: readonly string[],
  cut: string,
): Promise<SourceOffsets[]> {
  const { rows } = await db.query<ReadOffsets & { readonly source: string }>(sql`
    SELECT source, kafka_partition AS partition, min(from_offset)::text AS "from", max(to_offset)::text AS "to"
    FROM asof.offset_ledger JOIN asof.writes USING (write_id)
    WHERE source = ANY (${[...sources]}) AND sequence <= ${cut}
    GROUP BY source, kafka_partition ORDER BY source, kafka_partition`);
  return sources.map((source) => ({
    source,
    partitions: rows
      .filter((row) => row.source === source)
      .map(({ partition, from, to }) => ({ partition, from, to })),
  }));
}
