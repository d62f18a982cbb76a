import type { WorkflowHandle } from '@temporalio/client';
import type { ErrorCodeOf } from '../../domain/errors/errors.ts';
import type {
  ApplyRetentionInput,
  RetentionResult,
  RetentionStatus,
} from '../../schemas/workflows/apply-retention.ts';
import type { AssessImpactInput, ImpactResult } from '../../schemas/workflows/assess-impact.ts';
import type {
  BackfillFeaturesInput,
  BackfillResult,
  BackfillStatus,
} from '../../schemas/workflows/backfill-features.ts';
import type {
  BuildTrainingSetInput,
  TrainingSetReceipt,
} from '../../schemas/workflows/build-training-set.ts';
import type {
  BatchRangeResult,
  BatchStatus,
  ComputeBatchFeaturesInput,
} from '../../schemas/workflows/compute-batch-features.ts';
import type { FieldFillStatus, FillFieldsInput } from '../../schemas/workflows/fill-fields.ts';
import type { WorkflowType } from '../../schemas/workflows/inputs.ts';
import type { OnlineStatus, RefreshOnlineTableInput } from '../../schemas/workflows/refresh-online-table.ts';
import type { ScoreBatchInput, ScoreReceipt } from '../../schemas/workflows/score-batch.ts';
import type { StreamFeaturesInput, StreamStatus } from '../../schemas/workflows/stream-features.ts';
import type { TrainModelInput, TrainModelResult } from '../../schemas/workflows/train-model.ts';
import type {
  VerifyTrainingSetInput,
  VerifyTrainingSetResult,
} from '../../schemas/workflows/verify-training-set.ts';
import { type PendingActivity, pendingActivities } from './pending-activities.ts';
import { ifAnswered, workflowStatus } from './workflow-status.ts';

/**
 * The workflow types that the client starts, each with its input, its result, and what it reports while it runs.
 */
export interface Workflows {
  streamFeatures: { input: StreamFeaturesInput; result: StreamStatus; status: StreamStatus };
  backfillFeatures: { input: BackfillFeaturesInput; result: BackfillResult; status: BackfillStatus };
  fillFields: { input: FillFieldsInput; result: FieldFillStatus; status: FieldFillStatus };
  computeBatchFeatures: {
    input: ComputeBatchFeaturesInput;
    result: BatchRangeResult;
    status: BatchStatus;
  };
  applyRetention: { input: ApplyRetentionInput; result: RetentionResult; status: RetentionStatus };
  assessImpact: { input: AssessImpactInput; result: ImpactResult; status: ImpactResult };
  buildTrainingSet: {
    input: BuildTrainingSetInput;
    result: TrainingSetReceipt;
    status: readonly PendingActivity[];
  };
  trainModel: { input: TrainModelInput; result: TrainModelResult; status: readonly PendingActivity[] };
  scoreBatch: { input: ScoreBatchInput; result: ScoreReceipt; status: readonly PendingActivity[] };
  verifyTrainingSet: {
    input: VerifyTrainingSetInput;
    result: VerifyTrainingSetResult;
    status: readonly PendingActivity[];
  };
  refreshOnlineTable: { input: RefreshOnlineTableInput; result: OnlineStatus; status: OnlineStatus };
}

type Statuses = {
  readonly [Type in WorkflowType]: (handle: WorkflowHandle) => Promise<Workflows[Type]['status'] | undefined>;
};

/** How a running workflow of each type is asked for its status. Undefined while nothing answers. */
export const STATUS_OF: Statuses = {
  streamFeatures: workflowStatus,
  backfillFeatures: workflowStatus,
  fillFields: workflowStatus,
  computeBatchFeatures: workflowStatus,
  applyRetention: workflowStatus,
  assessImpact: workflowStatus,
  buildTrainingSet: (handle) => ifAnswered(pendingActivities(handle)),
  trainModel: (handle) => ifAnswered(pendingActivities(handle)),
  scoreBatch: (handle) => ifAnswered(pendingActivities(handle)),
  verifyTrainingSet: (handle) => ifAnswered(pendingActivities(handle)),
  refreshOnlineTable: workflowStatus,
};

/** The code of the error that a caller gets if a workflow of the type fails. */
export const FAILURE_CODES = {
  streamFeatures: 'ASOF_STREAM_FAILED',
  backfillFeatures: 'ASOF_BACKFILL_FAILED',
  fillFields: 'ASOF_FIELD_FILL_FAILED',
  computeBatchFeatures: 'ASOF_BATCH_FAILED',
  applyRetention: 'ASOF_RETENTION_FAILED',
  assessImpact: 'ASOF_IMPACT_FAILED',
  buildTrainingSet: 'ASOF_TRAINING_SET_FAILED',
  trainModel: 'ASOF_TRAINING_FAILED',
  scoreBatch: 'ASOF_SCORING_FAILED',
  verifyTrainingSet: 'ASOF_VERIFICATION_FAILED',
  refreshOnlineTable: 'ASOF_REFRESH_FAILED',
} as const satisfies Record<WorkflowType, ErrorCodeOf<'input'>>;
