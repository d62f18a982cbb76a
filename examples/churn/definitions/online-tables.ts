import { transactionFeatures } from './transaction-features.ts';
import { userActivityFeatures } from './user-activity-features.ts';
import { userProfileFeatures } from './user-profile-features.ts';
import { onlineTable } from 'asof';

export const onlineActivity = onlineTable({ table: userActivityFeatures });
export const onlineProfile = onlineTable({ table: userProfileFeatures });
export const onlineTransactions = onlineTable({ table: transactionFeatures });
