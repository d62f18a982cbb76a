import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { requireAboveFloor } from '../../db/engine/floors.ts';
import { loadTableEngine } from '../../db/engine/load-engine.ts';
import type { Pool } from '../../db/sql/client.ts';
import { alignToTiles } from '../../db/stream/backfill/align-to-tiles.ts';
import { fillNextStretch } from '../../db/stream/backfill/fill-table.ts';
import { countKeptLateEvents, mergeNextLateEvents } from '../../db/stream/backfill/merge-late-events.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { type Instant, formatInstant, parseInstant } from '../../domain/time/instant.ts';
import { type RetentionFloors, leastWatermark } from '../../domain/windows/retention-floors.ts';
import type { CompiledStreamTable } from '../../domain/windows/stream-table.ts';
import type {
  BackfillCounts,
  BackfillFeaturesInput,
  BackfillReceipt,
  BackfillSettings,
  FillTask,
  MergeTask,
} from '../../schemas/workflows/backfill-features.ts';
import { parseInput } from '../../schemas/workflows/inputs.ts';
import { reportProgress } from '../shared/progress.ts';
import { StepSize } from './step-size.ts';

export interface BackfillDependencies {
  readonly pool: Pool;
}

/** How long an activity runs steps before it reports to its workflow, in ms. */
const REPORT_EVERY_MS = 5_000;

const NOTHING: BackfillCounts = { chunks: 0, filled: 0, merged: 0, rows: 0 };

/** Does the work of one transaction. Returns undefined if there is none left. */
type Step = () => Promise<
  (Partial<BackfillCounts> & { readonly reached: Instant; readonly end?: Instant }) | undefined
>;

export function createBackfillActivities({ pool }: BackfillDependencies) {
  return {
    /**
     * Checks the input of the workflow against its schema and the registry.
     *
     * @throws AsofError `ASOF_INPUT_INVALID`, `ASOF_TABLE_UNKNOWN`, `ASOF_BELOW_RETENTION` (not retried).
     */
    async openBackfill(input: BackfillFeaturesInput): Promise<BackfillSettings> {
      const { from, to, ...parsed } = parseInput('backfillFeatures', input);
      const { engine, table } = await loadTableEngine(pool, parsed.table);
      const range = { from: from ?? null, to: to ?? null };
      const whole = alignToTiles(table, range);
      if (parsed.late === 'merge' && whole.from !== null) {
        const what = `a merge of late events from ${from}`;
        await requireAboveFloor(pool, engine.source.name, whole.from, what);
        requireComputable(engine.floors, table, whole.from, what);
      }
      const counted =
        parsed.late === 'merge'
          ? await countKeptLateEvents(pool, { engine, table }, whole)
          : { kept: 0, lost: 0 };
      return { ...parsed, ...range, source: engine.source.name, ...counted };
    },

    /**
     * Fills the past of a table that joined its source later, step by step, until it is filled or it is time
     * to report.
     */
    async fillTable(task: FillTask): Promise<BackfillReceipt> {
      const { table: name } = task;
      const tableEngine = await loadTableEngine(pool, name);
      const size = new StepSize(task, activityInfo().attempt);
      return inSteps(name, size, async () => {
        const step = await size.run((most) => fillNextStretch(pool, tableEngine, most));
        return step && { filled: step.events, rows: step.rows, reached: step.filledTo, end: step.fillTo };
      });
    },

    /** Merges the kept late events of a range, step by step, until none is left or it is time to report. */
    async mergeLateEvents({ settings, stepEvents, reached }: MergeTask): Promise<BackfillReceipt> {
      const { engine, table } = await loadTableEngine(pool, settings.table);
      const whole = alignToTiles(table, settings);
      let from = reached === null ? whole.from : parseInstant(reached)!;
      const size = new StepSize({ ...settings, stepEvents }, activityInfo().attempt);
      return inSteps(settings.table, size, async () => {
        const range = { ...whole, from };
        const step = await size.run((most) => mergeNextLateEvents(pool, { engine, table }, range, most));
        if (step) from = step.reached;
        return step;
      });
    },
  };
}

async function inSteps(table: string, size: StepSize, nextStep: Step): Promise<BackfillReceipt> {
  const signal = cancellationSignal();
  const reportAt = Date.now() + REPORT_EVERY_MS;
  let receipt: BackfillReceipt = { counts: NOTHING, done: false, reached: null, end: null };
  do {
    signal.throwIfAborted();
    reportProgress({ table, ...receipt.counts, reached: receipt.reached });
    const step = await nextStep();
    if (!step) return { ...receipt, done: true };
    receipt = {
      counts: addStep(receipt.counts, step),
      done: false,
      reached: formatInstant(step.reached),
      end: step.end === undefined ? null : formatInstant(step.end),
    };
  } while (Date.now() < reportAt);
  return { ...receipt, stepEvents: size.events };
}

function addStep(total: BackfillCounts, step: Partial<BackfillCounts>): BackfillCounts {
  return {
    chunks: total.chunks + 1,
    filled: total.filled + (step.filled ?? 0),
    merged: total.merged + (step.merged ?? 0),
    rows: total.rows + (step.rows ?? 0),
  };
}

/**
 * @throws AsofError `ASOF_BELOW_RETENTION` if the windows of a tile at `moment` can no longer be computed.
 */
function requireComputable(
  floors: RetentionFloors,
  table: CompiledStreamTable,
  moment: Instant,
  what: string,
): void {
  const first = leastWatermark(table, floors);
  if (first === undefined || moment >= first) return;
  const { name } = table.definition;
  throw new AsofError(
    'ASOF_BELOW_RETENTION',
    `${what} needs tiles of '${name}' that retention has removed, and so are the raw events to make them of. Nothing was written; take a time after ${formatInstant(first)}`,
    { details: { table: name, moment: formatInstant(moment), floor: formatInstant(first) } },
  );
}
