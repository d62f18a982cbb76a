import { cancellationSignal } from '@temporalio/activity';
import { partitionOffsets } from '../../adapters/kafka/topics.ts';
import { withCurrentDefinitions } from '../../db/commits/source-revisions.ts';
import { unfilledGaps } from '../../db/log/gaps/field-gaps.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Pool } from '../../db/sql/client.ts';
import type { RevisedSource } from '../../db/stream/fields/fill-stretches.ts';
import { finishGaps } from '../../db/stream/fields/finish-gaps.ts';
import type {
  FieldFillCounts,
  FieldFillReceipt,
  FieldFillSettings,
  FillFieldsInput,
} from '../../schemas/workflows/fill-fields.ts';
import { parseInput } from '../../schemas/workflows/inputs.ts';
import { reportAlive, reportProgress } from '../shared/progress.ts';
import { fillNextStretches, offsetsLeft } from './fill-fields.ts';
import type { StreamDependencies } from './stream-activities.ts';

/** How long an activity reads records again before it reports to its workflow, in ms. */
const REPORT_EVERY_MS = 10_000;

export function createFieldActivities({ pool, kafka, readers, schemas }: StreamDependencies) {
  return {
    /**
     * Checks the input of the workflow against its schema and the registry.
     *
     * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_SOURCE_UNKNOWN` (not retried).
     */
    async openFieldFill(input: FillFieldsInput): Promise<FieldFillSettings> {
      const settings = parseInput('fillFields', input);
      (await loadRegistry(pool)).source(settings.source);
      return settings;
    },

    /**
     * Gives stored events the fields that their source has gained, step by step, until all are filled or it is
     * time to report. Then tables that have waited for the fields join their source.
     *
     * @throws AsofError `ASOF_TOPIC_MISSING`, `ASOF_TOPIC_RECREATED` (not retried).
     */
    async fillFieldGaps({ source: sourceName, maxRecords }: FieldFillSettings): Promise<FieldFillReceipt> {
      const signal = cancellationSignal();
      const reportAt = Date.now() + REPORT_EVERY_MS;
      const { source } = await revisedSource(pool, sourceName);
      const key = { source: `fields of ${source.name}`, topic: source.topic };
      let counts: FieldFillCounts = { records: 0, filled: 0 };
      try {
        const offsets = await partitionOffsets(kafka, source.topic);
        const reader = await readers.of(key);
        const step = async (): Promise<FieldFillCounts | undefined> =>
          fillNextStretches(
            { pool, reader, schemas, offsets, maxRecords, signal },
            await revisedSource(pool, sourceName),
          );
        do {
          signal.throwIfAborted();
          reportProgress({ source: sourceName, ...counts });
          const done = await withCurrentDefinitions(step);
          if (!done) {
            await finishGaps(pool, source, reportAlive);
            break;
          }
          counts = { records: counts.records + done.records, filled: counts.filled + done.filled };
        } while (Date.now() < reportAt);
      } finally {
        await readers.release(key);
      }
      return { counts, ...(await whatIsLeft(pool, sourceName)) };
    },
  };
}

async function revisedSource(pool: Pool, name: string): Promise<RevisedSource> {
  const registry = await loadRegistry(pool);
  return { source: registry.source(name), revision: registry.revisionOf(name) };
}

/** A field may have been added while the others were filled. */
async function whatIsLeft(pool: Pool, name: string): Promise<Omit<FieldFillReceipt, 'counts'>> {
  const { source } = await revisedSource(pool, name);
  const gaps = await unfilledGaps(pool, source);
  const fields = [...new Set(gaps.map(({ field }) => field))].sort();
  return { done: gaps.length === 0, fields, left: offsetsLeft(gaps) };
}
