import { externalTable } from 'asof';

/** The issuer's own view of a card. Its warehouse computes the rows each week, and Asof takes them. */
export const cardScores = externalTable({
  name: 'card_scores',
  primaryKeys: ['card_id'],
  timestamp: 'scored_at',
  features: {
    credit_limit: 'double',
    usual_amount: 'double',
    home_country: 'string',
  },
});
