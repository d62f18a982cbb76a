import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { compileTiledTable } from '../domain/batch/tiled-table.ts';
import { writtenTable } from '../domain/batch/written-table.ts';
import type { DefinitionSet } from '../domain/registry/definition-set.ts';
import {
  type EventSourceDefinition,
  FEATURE_TABLE_KINDS,
  type FeatureTableDefinition,
  type TiledBatchTable,
  isTiled,
} from '../domain/registry/definition.ts';
import { type Duration, parseDuration } from '../domain/time/duration.ts';
import type { Instant } from '../domain/time/instant.ts';
import { type CompiledStreamTable, compileStreamTable } from '../domain/windows/stream-table.ts';
import { BatchSchedule } from './batch/batch-schedule.ts';
import { DayTileStore } from './batch/day-tile-store.ts';
import { ReferenceStore } from './batch/reference-store.ts';
import { OnlineTableStore } from './online/online-store.ts';
import { Timeline } from './shared/timeline.ts';
import { RowStore } from './store/row-store.ts';
import { WriteLog } from './store/write-log.ts';
import { RecordReader } from './stream/given-records.ts';
import { SourceStore } from './stream/source-store.ts';
import { SimulatedStream } from './stream/stream.ts';
import { StreamTableStore } from './stream/table-store.ts';
import { Topic } from './stream/topic.ts';

/** How a simulated deployment is set up. */
export interface DeploymentSettings {
  readonly start: Instant;
  readonly trigger: Duration;
  /** Whether online tables follow what is written. Otherwise they are refreshed by hand. */
  readonly isOnlineContinuous: boolean;
  readonly seed: number;
}

/** A source with its topic, its stream and what that has stored. */
export interface SimulatedSource {
  readonly reader: RecordReader;
  readonly topic: Topic;
  readonly store: SourceStore;
  readonly stream: SimulatedStream;
}

/** All that the servers of a deployment hold, in memory, and what runs on them by itself. */
export class SimulatedDeployment {
  readonly definitions: DefinitionSet;
  readonly timeline: Timeline;
  readonly writes = new WriteLog();
  /** By feature table. Batch tables of free SQL have none. */
  readonly rows: ReadonlyMap<string, RowStore>;
  readonly references: ReadonlyMap<string, ReferenceStore>;
  readonly sources: ReadonlyMap<string, SimulatedSource>;
  readonly batches: ReadonlyMap<string, BatchSchedule>;
  /** By feature table. */
  readonly online: ReadonlyMap<string, OnlineTableStore>;
  readonly #settings: DeploymentSettings;
  readonly #random: ReturnType<typeof xoroshiro128plus>;

  constructor(definitions: DefinitionSet, settings: DeploymentSettings) {
    this.definitions = definitions;
    this.#settings = settings;
    this.#random = xoroshiro128plus(settings.seed);
    this.timeline = new Timeline(settings.start);
    const tables = definitions.ofKind(...FEATURE_TABLE_KINDS).filter(isSimulated);
    this.rows = new Map(tables.map(({ name }) => [name, new RowStore()]));
    this.references = new Map(
      definitions
        .ofKind('reference_table')
        .map((reference) => [reference.name, new ReferenceStore(writtenTable(reference))]),
    );
    this.sources = new Map(
      definitions.ofKind('event_source').map((source) => [source.name, this.#source(source)]),
    );
    this.batches = new Map(
      definitions
        .ofKind('batch_table')
        .filter(isTiled)
        .map((table) => [table.name, this.#batch(table)]),
    );
    this.online = new Map(
      definitions.ofKind('online_table').flatMap(({ table }) => {
        const rows = this.rows.get(table);
        return rows
          ? [[table, new OnlineTableStore({ definition: definitions.featureTable(table), rows })]]
          : [];
      }),
    );
    const streams = [...this.sources.values()].map(({ stream }) => stream);
    this.timeline.start([...streams, ...this.batches.values()]);
  }

  /** Is called after each commit: what is written becomes readable online. */
  readonly onCommit = (): void => {
    if (!this.#settings.isOnlineContinuous) return;
    for (const table of this.online.values()) table.publish(this.writes, this.timeline.now);
  };

  #source(source: EventSourceDefinition): SimulatedSource {
    const tables = this.#streamTables(source);
    const stores = tables.map((table) => {
      const { name } = table.definition;
      return [name, new StreamTableStore(table, this.rows.get(name)!)] as const;
    });
    const topic = new Topic(source.topicPartitions);
    const store = new SourceStore(this.writes, new Map(stores));
    const { start: since, trigger } = this.#settings;
    const parts = { source, tables, topic, store, since, trigger, random: this.#random };
    const stream = new SimulatedStream({ ...parts, onCommit: this.onCommit });
    return { topic, store, stream, reader: new RecordReader(source, tables) };
  }

  #streamTables(source: EventSourceDefinition): CompiledStreamTable[] {
    return this.definitions
      .ofKind('stream_table')
      .filter((table) => table.source === source.name)
      .map((table) => compileStreamTable(table, source));
  }

  #batch(definition: TiledBatchTable): BatchSchedule {
    const source = this.definitions.source(definition.source);
    const { store, stream } = this.sources.get(source.name)!;
    const references = this.definitions
      .ofKind('reference_table')
      .filter(({ name }) => definition.references.includes(name));
    const table = compileTiledTable(definition, source, references);
    return new BatchSchedule({
      table,
      tiles: new DayTileStore(table, store.days),
      rows: this.rows.get(definition.name)!,
      writes: this.writes,
      references: this.references,
      stream,
      allowedLateness: parseDuration(source.allowedLateness)!,
      since: this.#settings.start,
      onCommit: this.onCommit,
    });
  }
}

/** Whether a simulation has the rows of a table: it has none of free SQL. */
function isSimulated(table: FeatureTableDefinition): boolean {
  return table.kind !== 'batch_table' || isTiled(table);
}
