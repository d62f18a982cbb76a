import { describeJson } from '../json/describe-json.ts';
import type { RejectionReason } from '../rejection.ts';

/** Why a value that is there is not one of its field. */
export class Misfit {
  readonly reason: RejectionReason;
  readonly problem: string;
  /** What stands on the way to the field's place, if nothing stands at the place itself. */
  readonly onTheWay: unknown;

  constructor(reason: RejectionReason, problem: string, onTheWay?: unknown) {
    this.reason = reason;
    this.problem = problem;
    this.onTheWay = onTheWay;
  }
}

export function wrongType(name: string, expected: string, value: unknown, hint = ''): Misfit {
  return new Misfit('wrong_type', `field ${name} should be ${expected}, got ${describeJson(value)}${hint}`);
}
