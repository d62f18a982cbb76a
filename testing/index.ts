/** Tests of definitions without a server: `import { simulate } from 'asof/testing'`. */
export type { GivenDefinition } from '../client/registry/load-definitions.ts';
export type { GivenSpineRow } from '../client/training/spine/spine-source.ts';
export type { FeatureValue } from '../domain/aggregation/aggregator.ts';
export { AsofError } from '../domain/errors/asof-error.ts';
export type { LookupCounts, TrainingSetColumn, TrainingSetWay } from '../domain/training/manifest.ts';
export type { FeatureOutputs } from '../schemas/serving/invocation.ts';
export type { RequestRecord } from '../schemas/serving/request-body.ts';
export type { BatchRange, ComputedRange } from './batch/compute-range.ts';
export type { LookUpOptions, SimulatedMoment } from './moment.ts';
export type { SimulatedOnlineTable } from './online/online-table.ts';
export type { RowKeys, SimulatedRow } from './shared/shown-rows.ts';
export { type SimulateOptions, simulate } from './simulate.ts';
export type { Simulation } from './simulation.ts';
export type { GivenEvent, GivenRecord, SendEventsOptions } from './stream/given-records.ts';
export type { SimulatedDeadLetter, SimulatedLateEvent } from './stream/shown-places.ts';
export type { SourceCounts } from './stream/source-store.ts';
export type { SimulatedSetRow, SimulatedTrainingSet } from './training/simulated-set.ts';
