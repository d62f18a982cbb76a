import { AsofError } from '../../domain/errors/asof-error.ts';

interface FieldProblem {
  readonly field: string;
  readonly record: number;
  readonly problem: string;
}

const MOST_LISTED = 20;

/** What is wrong with the fields of a request's records. It keeps the first 20 problems. */
export class FieldProblems {
  readonly #listed: FieldProblem[] = [];

  add(field: string, record: number, problem: string): void {
    if (this.#listed.length === MOST_LISTED) return;
    if (this.#listed.some((known) => known.field === field && known.record === record)) return;
    this.#listed.push({ field, record, problem });
  }

  /** @throws AsofError `ASOF_REQUEST_INVALID`, with the fields in `details`, if there are problems. */
  throwIfAny(): void {
    if (this.#listed.length === 0) return;
    const lines = this.#listed.map(
      ({ field, record, problem }) => `✖ '${field}' of record ${record} ${problem}`,
    );
    throw new AsofError('ASOF_REQUEST_INVALID', `the request is not valid:\n${lines.join('\n')}`, {
      details: { fields: [...new Set(this.#listed.map(({ field }) => field))], problems: this.#listed },
    });
  }
}
