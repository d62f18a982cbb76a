import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';

const TemporalScheduledStartTime = defineSearchAttributeKey(
  'TemporalScheduledStartTime',
  SearchAttributeType.DATETIME,
);

/** The time for which a schedule started this workflow. Undefined if it was started by hand. */
export function scheduledTime(): Date | undefined {
  return workflowInfo().typedSearchAttributes.get(TemporalScheduledStartTime);
}
