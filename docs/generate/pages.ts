import { clientPage } from './client/page.ts';
import { errorsPage } from './errors.ts';

/** A page that is made from the code; a test holds it against what is on disk. */
export interface GeneratedPage {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: () => string;
}

export const pages: readonly GeneratedPage[] = [
  { path: 'docs/reference/client.md', text: clientPage },
  { path: 'docs/reference/errors.md', text: errorsPage },
];
