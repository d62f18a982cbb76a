import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';

/** The event source that a workflow reads. */
export const AsofSource = defineSearchAttributeKey('AsofSource', SearchAttributeType.KEYWORD);
/** The state of a long-running workflow: reading, waiting, paused, … */
export const AsofState = defineSearchAttributeKey('AsofState', SearchAttributeType.KEYWORD);
