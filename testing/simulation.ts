import type { GivenSpineRow } from '../client/training/spine/spine-source.ts';
import { formatInstant } from '../domain/time/instant.ts';
import type { TrainingSetWay } from '../domain/training/manifest.ts';
import type { FeatureOutputs } from '../schemas/serving/invocation.ts';
import type { RequestRecord } from '../schemas/serving/request-body.ts';
import { type BatchRange, type ComputedRange, computeRange } from './batch/compute-range.ts';
import { writeSimulatedRows } from './batch/write-rows.ts';
import type { SimulatedDeployment, SimulatedSource } from './deployment.ts';
import { SimulatedMoment } from './moment.ts';
import { SimulatedOnlineTable } from './online/online-table.ts';
import { durationOf, instantOf } from './shared/given-times.ts';
import { refused } from './shared/refused.ts';
import { type SimulatedRow, newestFirst, shownRow } from './shared/shown-rows.ts';
import { simulatedTable } from './shared/simulated-tables.ts';
import type { GivenEvent, GivenRecord, SendEventsOptions } from './stream/given-records.ts';
import {
  type SimulatedDeadLetter,
  type SimulatedLateEvent,
  shownLateEvent,
  shownLetter,
} from './stream/shown-places.ts';
import type { SourceCounts } from './stream/source-store.ts';
import type { SimulatedTrainingSet } from './training/simulated-set.ts';

/** Everything that Asof does with definitions and events, in memory, on a clock that a test moves. */
export class Simulation {
  readonly #deployment: SimulatedDeployment;

  constructor(deployment: SimulatedDeployment) {
    this.#deployment = deployment;
  }

  /** The moment at which the clock stands, as RFC 3339. */
  get now(): string {
    return formatInstant(this.#deployment.timeline.now);
  }

  /**
   * Sends events to the topic of a source. The stream reads them at its next trigger after they arrive.
   *
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`; `ASOF_INPUT_INVALID` for a time that is before now;
   * `ASOF_SIMULATION_REFUSED` for a source whose format takes a schema registry.
   */
  send<Event extends GivenEvent>(
    source: string,
    events: Iterable<Event>,
    options: SendEventsOptions<Event> = {},
  ): void {
    const { topic, reader } = this.#source(source);
    topic.send([...reader.events(events, options, this.#deployment.timeline.now)]);
  }

  /**
   * Sends records to the topic of a source as a producer writes them: with a key, a partition, headers, a Kafka
   * timestamp of its own, or without a value.
   *
   * @throws AsofError as {@link send}.
   */
  sendRecords(source: string, records: Iterable<GivenRecord>): void {
    const { topic, reader } = this.#source(source);
    topic.send([...reader.records(records, this.#deployment.timeline.now)]);
  }

  /**
   * Moves the clock on. What is due happens on the way, in the order of time: events arrive, streams commit at their
   * triggers, schedules compute, online tables follow.
   *
   * @param duration such as `90 days`.
   */
  async advance(duration: string): Promise<void> {
    const { timeline } = this.#deployment;
    await timeline.advanceTo(timeline.now + durationOf('duration', duration));
  }

  /**
   * Moves the clock on to a moment, as {@link advance} does.
   *
   * @throws AsofError `ASOF_INPUT_INVALID` if it is not RFC 3339, or before now.
   */
  async advanceTo(time: string): Promise<void> {
    await this.#deployment.timeline.advanceTo(instantOf('time', time));
  }

  /**
   * Every process dies, in the middle of a micro-batch if there is something to read, and comes back. Nothing of what a
   * test can see changes.
   */
  crash(): void {
    const { sources, timeline } = this.#deployment;
    for (const { stream } of sources.values()) stream.die(timeline.now);
  }

  /** What became of the records of a source so far. */
  counts(source: string): SourceCounts {
    return this.#source(source).store.counts;
  }

  /** The dead letters of a source, in the order of their commits. Omitted: those of all sources. */
  deadLetters(source?: string): SimulatedDeadLetter[] {
    return this.#sources(source).flatMap(([name, { store }]) =>
      store.deadLetters.map((letter) => shownLetter(name, letter)),
    );
  }

  /** The list of late events of a source. Omitted: of all sources. */
  late(source?: string): SimulatedLateEvent[] {
    const { definitions } = this.#deployment;
    return this.#sources(source).flatMap(([, { store }]) =>
      store.late.map((late) => shownLateEvent(definitions.streamTable(late.table), late)),
    );
  }

  /**
   * All rows of a feature table, newest first, also those of windows that have not ended yet.
   *
   * @throws AsofError `ASOF_TABLE_UNKNOWN`; `ASOF_SIMULATION_REFUSED` for a batch table of free SQL.
   */
  rows(table: string): SimulatedRow[] {
    const { definition, rows } = simulatedTable(this.#deployment, table);
    return [...rows.current()].sort(newestFirst).map((row) => shownRow(definition, row));
  }

  /** The rows of all tables as look-ups as of a moment see them: RFC 3339, in the past or not. */
  at(time: string): SimulatedMoment {
    return new SimulatedMoment(this.#deployment, instantOf('time', time));
  }

  /**
   * Writes rows into a reference table or an external table.
   *
   * @param options `history`: whether a training set `as-known` counts the rows of an external table as known since
   * they became visible, not only since this write.
   * @throws AsofError `ASOF_TABLE_UNKNOWN`; `ASOF_ROWS_INVALID`, with nothing written.
   */
  async writeTable(
    table: string,
    rows: Iterable<object>,
    { history = false }: { readonly history?: boolean | undefined } = {},
  ): Promise<void> {
    await writeSimulatedRows(this.#deployment, table, rows, history);
  }

  /**
   * Computes a batch table as of every logical time of a past range, such as days before the simulation began. The
   * schedule computes the others by itself.
   *
   * @throws AsofError `ASOF_TABLE_UNKNOWN`, `ASOF_SIMULATION_REFUSED`, `ASOF_INPUT_INVALID`.
   */
  runBatch(table: string, range: BatchRange): ComputedRange {
    return computeRange(this.#deployment, table, range);
  }

  /**
   * Builds a training set, as of now.
   *
   * @param spine the path of a CSV or Parquet file, or the rows.
   * @param options `as`: the way; default `latest`.
   * @throws AsofError `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_SPINE_INVALID`, `ASOF_SPLITS_LEAK`;
   * `ASOF_SIMULATION_REFUSED` if it looks up a batch table of free SQL.
   */
  async trainingSet(
    name: string,
    spine: string | Iterable<GivenSpineRow>,
    { as: way = 'latest' }: { readonly as?: TrainingSetWay | undefined } = {},
  ): Promise<SimulatedTrainingSet> {
    // Most tests build no set, and DuckDB's library takes a while to load.
    const { buildSimulatedSet } = await import('./training/build-set.ts');
    return buildSimulatedSet(this.#deployment, name, { spine, way });
  }

  /**
   * An online table.
   *
   * @throws AsofError `ASOF_ONLINE_TABLE_UNKNOWN`; `ASOF_SIMULATION_REFUSED` for one of free SQL.
   */
  online(table: string): SimulatedOnlineTable {
    return new SimulatedOnlineTable(this.#deployment, table);
  }

  /**
   * Asks a feature endpoint about some records, as of now.
   *
   * @throws AsofError `ASOF_ENDPOINT_UNKNOWN`, `ASOF_REQUEST_INVALID`, `ASOF_ONLINE_TABLE_UNPUBLISHED`;
   * `ASOF_SIMULATION_REFUSED` for the endpoint of a model.
   */
  async invoke(endpoint: string, records: readonly RequestRecord[]): Promise<FeatureOutputs> {
    const { invokeEndpoint } = await import('./online/invoke.ts');
    return invokeEndpoint(this.#deployment, endpoint, [...records]);
  }

  #sources(source: string | undefined): (readonly [string, SimulatedSource])[] {
    return source === undefined ? [...this.#deployment.sources] : [[source, this.#source(source)]];
  }

  #source(name: string): SimulatedSource {
    const { format = 'json' } = this.#deployment.definitions.source(name);
    if (format !== 'json')
      throw refused(`event source '${name}' is read by the schemas of a registry`, { source: name });
    return this.#deployment.sources.get(name)!;
  }
}
