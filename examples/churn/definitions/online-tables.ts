import { onlineTable } from 'asof';
import { transactionFeatures } from './transaction-features.ts';
import { userActivityFeatures } from './user-activity-features.ts';
import { userProfileFeatures } from './user-profile-features.ts';

export const onlineActivity = onlineTable({ table: userActivityFeatures });
export const onlineProfile = onlineTable({ table: userProfileFeatures });
export const onlineTransactions = onlineTable({ table: transactionFeatures });
