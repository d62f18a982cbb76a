import { type Rejection, type RejectionReason, rejectionFor } from './rejection.ts';

/** Ends the decoding of a record that is no event. */
export class Rejected extends Error {
  readonly rejection: Rejection;

  constructor(reason: RejectionReason, problem: string) {
    super(problem);
    this.rejection = rejectionFor(reason, problem);
  }
}
