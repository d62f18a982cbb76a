import { defineQuery } from '@temporalio/workflow';
import type { OnlineStatus } from '../schemas/refresh-online-table.ts';

export const onlineStatusQuery = defineQuery<OnlineStatus>('status');
