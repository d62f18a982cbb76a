import { clientPage } from './client/page.ts';
import { definitionsPage } from './definitions/page.ts';
import { errorsPage } from './errors.ts';

/** A page that is generated from the code. A test compares it with the file. */
export interface GeneratedPage {
  /** The path from the root of the repository. */
  readonly path: string;
  readonly text: () => string;
}

export const pages: readonly GeneratedPage[] = [
  { path: 'docs/reference/client.md', text: clientPage },
  { path: 'docs/reference/definitions.md', text: definitionsPage },
  { path: 'docs/reference/errors.md', text: errorsPage },
];
