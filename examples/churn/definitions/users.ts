import { optional, referenceTable, required } from 'asof';

/** The sign-up time and the tier of each user, with a row for each change. */
export const users = referenceTable({
  name: 'users',
  primaryKeys: ['user_id'],
  fields: {
    user_id: required('string'),
    signed_up_at: optional('timestamp'),
    subscription_tier: optional('string'),
  },
});
