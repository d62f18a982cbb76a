import { externalTable } from 'asof';

/** The issuer's own view of a card. Its warehouse takes some hours each week to compute the rows and write them. */
export const cardScores = externalTable({
  name: 'card_scores',
  primaryKeys: ['card_id'],
  timestamp: 'scored_at',
  availableAfter: '6 hours',
  features: {
    credit_limit: 'double',
    usual_amount: 'double',
    home_country: 'string',
  },
});
