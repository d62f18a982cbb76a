import { type Rejection, rejectionFor } from '../../domain/log/rejection.ts';
import { refusalWords } from '../sql/refusal.ts';

/** The rejection of a record that the database refuses to store as an event. */
export function unstorable(refusal: unknown): Rejection {
  return rejectionFor('unstorable', `the database refuses it: ${refusalWords(refusal)}`);
}
