import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';

/** The event source that a workflow reads. */
export const AsofSource = defineSearchAttributeKey('AsofSource', SearchAttributeType.KEYWORD);
/** What a long-running workflow is doing: reading, waiting, paused, … */
export const AsofState = defineSearchAttributeKey('AsofState', SearchAttributeType.KEYWORD);
