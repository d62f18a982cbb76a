import { defineQuery } from '@temporalio/workflow';
import type { StreamStatus } from '../../schemas/workflows/stream-features.ts';

export const statusQuery = defineQuery<StreamStatus>('status');
