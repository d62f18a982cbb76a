import { defineQuery } from '@temporalio/workflow';
import type { OnlineStatus } from '../../schemas/workflows/refresh-online-table.ts';

export const onlineStatusQuery = defineQuery<OnlineStatus>('status');
