/** The client for programs: `import { connect } from 'asof/client'`. */
export type { KeyedLine } from '../adapters/kafka/event-writer.ts';
export type { MlflowAccess } from '../adapters/mlflow/access.ts';
export type { SchemaRegistryAccess } from '../adapters/schema-registry/access.ts';
export type { RunEvent } from '../adapters/openlineage/run-events.ts';
export type { Facet, LineageDataset } from '../adapters/openlineage/datasets.ts';
export type { BatchQuerySettings, KafkaSettings, TemporalSettings } from '../config/servers.ts';
export type { EntityEvents } from '../db/log/count-events.ts';
export type { ReasonCount } from '../db/log/dead-letters.ts';
export type { RecordedWrite, TableWrites } from '../db/batch/written/table-writes.ts';
export type { ReadOffsets, SourceOffsets } from '../db/lineage/offsets-up-to.ts';
export type { LedgerViolation } from '../db/log/ledger-check.ts';
export type { FeatureRow } from '../db/tables/latest-rows.ts';
export type { ShownCorrection } from '../db/training/impact/corrections.ts';
export type { ListedTrainingSet } from '../db/training/list-training-sets.ts';
export type { LastVerification } from '../db/training/verify/verifications.ts';
export type { ModelVersion } from '../db/training/models.ts';
export type { FeatureValue } from '../domain/aggregation/aggregator.ts';
export { AsofError } from '../domain/errors/asof-error.ts';
export type {
  DefinitionName,
  DependentDefinition,
  DependentTrainingSet,
  DependentVersion,
  Dependents,
} from '../domain/lineage/dependents.ts';
export type { EdgeRole, LineageEdge, LineageNode, NodeKind } from '../domain/lineage/graph.ts';
export type { LineageSubject } from '../domain/lineage/subject.ts';
export type { Definition, ScalarFeatureType } from '../domain/registry/definition.ts';
export type { Described } from '../domain/registry/described.ts';
export type { RetentionTask } from '../domain/retention/retention.ts';
export type {
  ColumnType,
  DefinitionReference,
  FeatureDifference,
  KnowledgeCut,
  LookupCounts,
  TrainingSetWay,
  WayDifference,
} from '../domain/training/manifest.ts';
export type { ChangedOption } from '../domain/training/compare-definitions.ts';
export type {
  ColumnStatistics,
  FrequentText,
  NumberStatistics,
  QuantileName,
} from '../domain/training/statistics.ts';
export type {
  Held,
  Removal,
  RetentionResult,
  RetentionStatus,
} from '../schemas/workflows/apply-retention.ts';
export type { CorrectionRule } from '../domain/registry/definition.ts';
export type { TouchedLookup } from '../domain/training/impact.ts';
export type {
  CorrectionOutcome,
  ImpactQuestion,
  ImpactResult,
  ListedChange,
  TableImpact,
  TrainingSetImpact,
  UnreadTrainingSet,
} from '../schemas/workflows/assess-impact.ts';
export type { BackfillResult, BackfillStatus } from '../schemas/workflows/backfill-features.ts';
export type { TrainingSetReceipt } from '../schemas/workflows/build-training-set.ts';
export type { BatchRangeResult, BatchStatus } from '../schemas/workflows/compute-batch-features.ts';
export type { OnlineStatus, SyncReceipt } from '../schemas/workflows/refresh-online-table.ts';
export type { ScoreReceipt } from '../schemas/workflows/score-batch.ts';
export type { PartitionTarget } from '../schemas/workflows/stream-features.ts';
export type { TrainModelResult } from '../schemas/workflows/train-model.ts';
export type {
  ChangingWrite,
  DifferingFeature,
  DifferingRow,
  VerifiedValue,
  VerifyTrainingSetResult,
} from '../schemas/workflows/verify-training-set.ts';
export type { Asof } from './asof.ts';
export type { BatchClient } from './batch/batch-client.ts';
export type { BatchCheck, MissingTimes } from './batch/check-batch.ts';
export type { RunBatchOptions } from './batch/run-batch.ts';
export type { RowFormat } from './batch/given/rows-of-file.ts';
export type { WriteTableOptions, WriteTableResult } from './batch/write-table.ts';
export { connect } from './connect.ts';
export type { OnlineClient } from './online/online-client.ts';
export type { RefreshOptions } from './online/refresh-online-table.ts';
export type { ApplyOptions, ApplyResult } from './registry/apply.ts';
export { preview } from './preview.ts';
export type { GivenDefinition } from './registry/load-definitions.ts';
export type {
  FeatureComparison,
  ModelComparison,
  TableComparison,
} from './registry/plan/compare/comparison.ts';
export type { ComparisonOptions } from './registry/plan/compare/with-comparisons.ts';
export type { OptionChange } from './registry/plan/option-changes.ts';
export type { PlanOptions } from './registry/plan/plan-definitions.ts';
export type { ApplyPlan, Decision, GoneDefinition, PlannedChange } from './registry/plan/apply-plan.ts';
export type { Recomputation } from './registry/plan/recomputation.ts';
export type { Touched, TouchedModel } from './registry/plan/touched.ts';
export type { OnRemovalStep, Removed } from './registry/remove/finish-removals.ts';
export type { DoomedRelation, PlannedRemoval, RemovalOptions } from './registry/remove/removal-plan.ts';
export type { TrainingSetRemoval } from './registry/remove/remove-training-set.ts';
export type { RemovalReport, RemoveOptions } from './registry/remove/remove.ts';
export type { RemovalSubject } from './registry/remove/subject.ts';
export type { ResetOptions } from './registry/reset-servers.ts';
export type { ResetPlan } from './registry/reset-plan.ts';
export type { ResetReport } from './registry/reset.ts';
export type { RunRetentionOptions } from './retention/apply-retention.ts';
export type { RetentionClient } from './retention/retention-client.ts';
export type { PendingActivity } from './shared/pending-activities.ts';
export type { ServerOptions } from './shared/connections.ts';
export type { BackfillOptions } from './stream/backfill.ts';
export type { FieldCompleteness } from '../db/log/gaps/field-completeness.ts';
export type { SourceFields } from './stream/source-fields.ts';
export type { KafkaViolation, PartitionCheck, StreamCheck } from './stream/check-stream.ts';
export type { EventTimeRange } from './stream/count-events.ts';
export type { DeadLetterClient } from './stream/dead-letter-client.ts';
export type {
  DeadLetterList,
  ListDeadLettersOptions,
  ListedDeadLetter,
  ReplayOptions,
  ReplayResult,
} from './stream/dead-letters.ts';
export type { LatestRowsOptions } from './stream/feature-rows.ts';
export type { FeatureTableClient } from './stream/feature-table-client.ts';
export type { EventLines } from './stream/import/event-lines.ts';
export type { EventFileFormat, ImportEventsOptions, SendOptions } from './stream/import/import-events.ts';
export type { FileForm } from './stream/import/file-form.ts';
export type { ImportResult, LineRejection } from './stream/import/import-lines.ts';
export type { InferFrom, InferSourceOptions, InferredDefinition } from './stream/infer/infer-event-source.ts';
export type { SampleReading, SampleRejection } from './stream/infer/read-sample.ts';
export type { PreviewCounts } from '../domain/stream/preview.ts';
export type { Preview, PreviewOptions, PreviewRow } from './stream/preview/preview-table.ts';
export type { ReadToHeadOptions, ReadingProgress, StreamBeginning } from './stream/read-to-head.ts';
export type { StreamClient } from './stream/stream-client.ts';
export type { BuildTrainingSetOptions } from './training/build-training-set.ts';
export type { VerifyTrainingSetOptions } from './training/verify-training-set.ts';
export type {
  BuildExplanation,
  ExplainedSpine,
  LookupReading,
  RowsReading,
} from './training/explain/build-explanation.ts';
export type { ExplainBuildOptions } from './training/explain/explain-build.ts';
export type { ExplainClient } from './training/explain/explain-client.ts';
export type { ExplainRowOptions } from './training/explain/explain-row.ts';
export type { ExplainLookupOptions } from './training/explain/explain-table-lookup.ts';
export type {
  BatchEvidence,
  EventPlace,
  ExplainedEvent,
  ExplainedFeature,
  ExplainedVersion,
  ExplainedWrite,
  LookupExplanation,
  PassedOverVersion,
  RowEvidence,
  RowExplanation,
  StreamEvidence,
  WrittenBy,
  WrittenEvidence,
} from './training/explain/explanation.ts';
export type {
  AssessOptions,
  ImpactClient,
  ImpactOptions,
  LateImpactOptions,
} from './training/impact/impact-client.ts';
export type { LineageClient } from './training/lineage-client.ts';
export type { CutOffsets, Lineage } from './training/lineage-of.ts';
export type {
  LineageDefinition,
  LineageRequestFeature,
  LineageTrainingSet,
  ModelLineage,
  Origin,
  UsedBy,
} from './training/lineage.ts';
export type { ModelClient } from './training/model-client.ts';
export type { ScoreOptions } from './training/score.ts';
export type {
  ChangedDefinition,
  ChangedDistribution,
  TrainingSetDiff,
} from './training/sets/compare-training-sets.ts';
export type { ComparedRows, ShownChange, ShownValue } from './training/sets/compare-rows.ts';
export type { FileState } from './training/sets/find-file.ts';
export type { ShownSample, ShownSplit, ShownTrainingSet } from './training/sets/show-training-set.ts';
export type { ListTrainingSetsOptions, TrainingSetsClient } from './training/sets/training-sets-client.ts';
export type { MadeSpine } from '../domain/training/made-spine.ts';
export type { GivenSpineRow, SpineSource } from './training/spine/spine-source.ts';
export type { TrainOnBuiltSetOptions } from './training/train-model.ts';
export type { TrainingSetClient } from './training/training-set-client.ts';
