import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDb, withDuckDb } from '../../../../adapters/duckdb/database.ts';
import { readFloors } from '../../../../db/engine/floors.ts';
import { entityEvents } from '../../../../db/log/entity-events.ts';
import { rawEventSpan } from '../../../../db/log/raw-event-span.ts';
import { loadRegistry } from '../../../../db/registry/registry.ts';
import type { Client } from '../../../../db/sql/client.ts';
import { inSnapshot } from '../../../../db/sql/snapshot.ts';
import type { RawEvent } from '../../../../domain/log/raw-event.ts';
import type { DefinitionSet } from '../../../../domain/registry/definition-set.ts';
import type { StreamTableDefinition } from '../../../../domain/registry/definition.ts';
import type { Registry } from '../../../../domain/registry/registry.ts';
import { type Duration, parseDuration } from '../../../../domain/time/duration.ts';
import { type Instant, formatInstant, later, latest } from '../../../../domain/time/instant.ts';
import type { TileSet } from '../../../../domain/windows/tile-set.ts';
import type { WindowRow } from '../../../../domain/windows/window-row.ts';
import type { Connections } from '../../../shared/connections.ts';
import type { TouchedModel } from '../touched.ts';
import type { ModelComparison, TableComparison } from './comparison.ts';
import { compareFeatures } from './feature-comparisons.ts';
import { type AskingContext, ModelAsker } from './model-asker.ts';
import type { AskedEntity, SeenRow } from './model-inputs.ts';
import { RowCounter, sharedFeatures } from './row-counter.ts';
import { RowSides } from './row-sides.ts';
import { type ComparedRange, TableFold } from './table-fold.ts';

/** What to compare, and with what. */
export interface ComparisonTask {
  readonly before: StreamTableDefinition;
  readonly after: StreamTableDefinition;
  readonly wanted: DefinitionSet;
  readonly days: number;
  /** The model versions to ask. */
  readonly models: readonly TouchedModel[];
  readonly thresholds: AskingContext['thresholds'];
  /** Called with the number of entities that were compared. */
  readonly report: (entities: number) => void;
}

const DAY: Duration = parseDuration('1 day')!;

/**
 * Computes the rows of the last days twice, by the registered definition and by the changed one, from the raw events
 * in the database, entity by entity, and holds them against each other. Changes nothing.
 *
 * @returns undefined if there are no raw events of that time.
 */
export async function compareTable(
  connections: Connections,
  task: ComparisonTask,
): Promise<TableComparison | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'asof-plan-'));
  try {
    return await inSnapshot(await connections.pool(), (client) =>
      withDuckDb(folder, async (duckDb) => {
        const comparing = await Comparing.begin({ client, duckDb, folder }, connections, task);
        return comparing?.run();
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Workplace {
  readonly client: Client;
  readonly duckDb: DuckDb;
  readonly folder: string;
}

/** The tiles of an entity by both definitions, and its newest event. */
interface EntityState {
  readonly before: TileSet;
  readonly after: TileSet;
  newest: RawEvent;
}

function isNewer(a: RawEvent, b: RawEvent): boolean {
  const [one, other] = [a.event, b.event];
  if (one.eventTs !== other.eventTs) return one.eventTs > other.eventTs;
  if (one.partition !== other.partition) return one.partition > other.partition;
  return one.offset === other.offset ? (one.index ?? 0) > (other.index ?? 0) : one.offset > other.offset;
}

function namesOf({ features }: StreamTableDefinition): string[] {
  return features.map(({ name }) => name);
}

class Comparing {
  readonly #place: Workplace;
  readonly #task: ComparisonTask;
  readonly #registry: Registry;
  readonly #before: TableFold;
  readonly #after: TableFold;
  readonly #range: ComparedRange;
  readonly #counter: RowCounter;
  readonly #sides: RowSides;
  readonly #askers: readonly ModelAsker[];
  readonly #notAsked: readonly ModelComparison[];
  #events = 0;
  #entities = 0;

  private constructor(parts: {
    readonly place: Workplace;
    readonly task: ComparisonTask;
    readonly registry: Registry;
    readonly folds: readonly [before: TableFold, after: TableFold];
    readonly range: ComparedRange;
    readonly sides: RowSides;
    readonly models: readonly (ModelAsker | ModelComparison)[];
  }) {
    const { before, after } = parts.task;
    this.#place = parts.place;
    this.#task = parts.task;
    this.#registry = parts.registry;
    [this.#before, this.#after] = parts.folds;
    this.#range = parts.range;
    this.#sides = parts.sides;
    this.#counter = new RowCounter(sharedFeatures(namesOf(before), namesOf(after)));
    this.#askers = parts.models.filter((one) => one instanceof ModelAsker);
    this.#notAsked = parts.models.filter((one): one is ModelComparison => !(one instanceof ModelAsker));
  }

  static async begin(
    place: Workplace,
    connections: Connections,
    task: ComparisonTask,
  ): Promise<Comparing | undefined> {
    const { client, duckDb } = place;
    const { before, after, wanted, days, models, thresholds } = task;
    const registry = await loadRegistry(client);
    const read = registry.source(before.source);
    const span = await rawEventSpan(client, read);
    if (!span) return undefined;
    const floors = await readFloors(client, read.name, [before.name]);
    const afterSource = wanted.find('event_source', after.source) ?? read;
    const folds = [
      new TableFold(before, { read, source: read, floors }),
      new TableFold(after, { read, source: afterSource, floors }),
    ] as const;
    const to = span.last;
    const from = latest([to - BigInt(days) * DAY, ...folds.flatMap(({ wholeAfter }) => wholeAfter ?? [])]);
    const range = { from, to };
    const sides = await RowSides.create(duckDb, [before, read], [after, afterSource]);
    const context: AskingContext = {
      db: client,
      mlflow: () => connections.mlflow(),
      thresholds,
      registry,
      table: before.name,
      changed: namesOf(after),
      moment: to,
    };
    const asked = [];
    for (const model of models) asked.push(await ModelAsker.load(model, context));
    return new Comparing({ place, task, registry, folds, range, sides, models: asked });
  }

  async run(): Promise<TableComparison> {
    const { before } = this.#task;
    const source = this.#registry.source(before.source);
    const read = { keys: before.primaryKeys, from: this.#eventsFrom(), to: this.#range.to };
    for await (const page of entityEvents<EntityState>(this.#place.client, source, read, (state, event) =>
      this.#fold(state, event),
    )) {
      const asked: AskedEntity[] = [];
      for (const { key, state } of page) {
        const [was, is] = [
          this.#before.rows(state.before, this.#range),
          this.#after.rows(state.after, this.#range),
        ];
        if (was.length + is.length === 0) continue;
        this.#entities += 1;
        this.#counter.add(was, is);
        this.#sides.add(was, is);
        if (this.#askers.length > 0) asked.push(this.#asked(key, state, was, is));
      }
      for (const asker of this.#askers) await asker.ask(asked);
      this.#sides.flush();
      this.#task.report(this.#entities);
    }
    for (const asker of this.#askers) await asker.close();
    return this.#result();
  }

  /** The event times that the rows need. Lifetimes need all. */
  #eventsFrom(): Instant | undefined {
    const tables = [this.#before.table, this.#after.table];
    if (tables.some(({ lifetime }) => lifetime.length > 0)) return undefined;
    const lengths = tables.map(({ window: { length, tail = 0n } }) => length + tail);
    return this.#range.from - later(lengths[0]!, lengths[1]!);
  }

  #fold(state: EntityState | undefined, event: RawEvent): EntityState {
    const entity = state ?? { before: this.#before.begin(), after: this.#after.begin(), newest: event };
    this.#before.add(entity.before, event);
    this.#after.add(entity.after, event);
    if (isNewer(event, entity.newest)) entity.newest = event;
    this.#events += 1;
    return entity;
  }

  #asked(
    key: readonly string[],
    { newest }: EntityState,
    before: readonly WindowRow[],
    after: readonly WindowRow[],
  ): AskedEntity {
    const { fields } = this.#registry.source(this.#task.before.source);
    return {
      key,
      event: Object.fromEntries(fields.map(({ name }, at) => [name, newest.event.values[at]!])),
      before: this.#visible(this.#task.before, before),
      after: this.#visible(this.#task.after, after),
    };
  }

  /** The newest row that is visible at the end of the range. */
  #visible(
    { availableAfter, features }: StreamTableDefinition,
    rows: readonly WindowRow[],
  ): SeenRow | undefined {
    const latest = this.#range.to - parseDuration(availableAfter)!;
    const row = rows.findLast(({ end }) => end <= latest);
    return (
      row && {
        end: row.end,
        values: Object.fromEntries(features.map(({ name }, at) => [name, row.values[at]!])),
      }
    );
  }

  async #result(): Promise<TableComparison> {
    const { before, after } = this.#task;
    const { changed, created, removed } = this.#counter;
    return {
      table: before.name,
      from: formatInstant(this.#range.from),
      to: formatInstant(this.#range.to),
      events: this.#events,
      entities: this.#entities,
      rowsBefore: this.#counter.before,
      rowsAfter: this.#counter.after,
      changed,
      created,
      removed,
      features: await compareFeatures(this.#counter, this.#sides, {
        before,
        after,
        folder: this.#place.folder,
      }),
      models: [...this.#askers.map(({ result }) => result), ...this.#notAsked],
    };
  }
}
