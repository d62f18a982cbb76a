import { fileURLToPath } from 'node:url';
import { onlineActivity, onlineProfile, onlineTransactions } from '../definitions/online-tables.ts';
import { transactionFeatures } from '../definitions/transaction-features.ts';
import { userActivityFeatures } from '../definitions/user-activity-features.ts';
import { userChurnModel } from '../definitions/user-churn-model.ts';
import { userEvents } from '../definitions/user-events.ts';
import { userProfileFeatures } from '../definitions/user-profile-features.ts';

/** The folder of the example's definitions. */
export const DEFINITIONS = fileURLToPath(new URL('../definitions', import.meta.url));

/** The names of the definitions that the demo uses. */
export const SOURCE = userEvents.definition.name;
export const ACTIVITY = userActivityFeatures.definition.name;
export const BATCH_TABLES = [transactionFeatures, userProfileFeatures].map(
  ({ definition }) => definition.name,
);
export const ONLINE_TABLES = [onlineActivity, onlineProfile, onlineTransactions].map(
  ({ definition }) => definition.name,
);
export const MODEL = userChurnModel.definition.name;
