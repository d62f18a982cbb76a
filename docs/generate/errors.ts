import type { ErrorEntry, ErrorSection } from '../../domain/errors/error-entry.ts';
import { ERROR_SECTIONS, type ErrorCode } from '../../domain/errors/errors.ts';
import { STATUS_OF_OTHERS, httpStatus } from '../../domain/errors/http-status.ts';
import { markdownTable, notice } from './markdown.ts';

type SectionName = keyof typeof ERROR_SECTIONS;

interface Heading {
  readonly title: string;
  readonly introduction?: string;
}

const INTRODUCTION = `# Errors

An error says what is wrong, where, what was expected and what to do. Its code never changes. The
command line prints it on standard error as \`(ASOF_…)\`, Temporal has it as the failure's type, and
an endpoint answers with it as \`error_code\`. Each code has one of three kinds:

- **input**: somebody has to change something. Activities do not retry, and the workflow fails.
- **unavailable**: a server or resource is missing right now. Activities retry.
- **conflict**: another writer was faster. Activities retry from the new state.`;

const HEADINGS: Readonly<Record<SectionName, Heading>> = {
  definitions: { title: 'Definitions and registry' },
  streams: { title: 'Streams' },
  batch: { title: 'Batch features and reference tables' },
  training: { title: 'Training sets and models' },
  python: {
    title: 'The Python worker',
    introduction: 'The worker that trains models reports these; the workflow `trainModel` fails with them.',
  },
  online: { title: 'Online tables' },
  serving: { title: 'Serving', introduction: servingIntroduction() },
  servers: { title: 'Servers that cannot be reached, or refuse' },
  deployments: { title: 'Deployments and resets' },
  commandLine: { title: 'Command line' },
  stack: {
    title: 'Stack',
    introduction:
      '[Run the servers](../how-to/run-the-servers.md) says what the stack needs, and\n' +
      '`npx asof stack status` where its logs are.',
  },
};

/** The reference page of the error codes. */
export function errorsPage(): string {
  const sections = Object.entries(ERROR_SECTIONS).map(([name, section]) => {
    const { title, introduction } = HEADINGS[name as SectionName];
    const table = tableOf(section, name === 'serving');
    return [`## ${title}`, introduction, table].filter((part) => part !== undefined).join('\n\n');
  });
  return `${[notice('domain/errors/'), INTRODUCTION, ...sections].join('\n\n')}\n`;
}

function tableOf(section: ErrorSection, isServing: boolean): string {
  const columns = ['code', 'kind', ...(isServing ? ['status'] : []), 'means', 'do'];
  const rows = entriesOf(section).map(([code, entry]) => {
    const status = isServing ? [String(httpStatus(code))] : [];
    return [inCode(code), entry.kind, ...status, entry.means, entry.do];
  });
  return markdownTable(columns, rows);
}

/** Lists the statuses of codes from other sections. */
function servingIntroduction(): string {
  const elsewhere = Object.entries(ERROR_SECTIONS)
    .filter(([name]) => name !== 'serving')
    .flatMap(([, section]) => entriesOf(section))
    .filter(([, { status }]) => status !== undefined)
    .map(([code]) => `- ${inCode(code)}: ${httpStatus(code)}`);
  return [
    "An endpoint answers with the code's HTTP status. Codes of other sections that it answers with:",
    '',
    ...elsewhere,
    `- any other: ${STATUS_OF_OTHERS}, with what this page says that the code means; the server's log has its own words`,
  ].join('\n');
}

function entriesOf(section: ErrorSection): [ErrorCode, ErrorEntry][] {
  return Object.entries(section) as [ErrorCode, ErrorEntry][];
}

function inCode(text: string): string {
  return `\`${text}\``;
}
