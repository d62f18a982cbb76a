import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import {
  type BatchTableDefinition,
  type EventSourceDefinition,
  type TiledBatchTable,
  isQueried,
} from '../../../domain/registry/definition.ts';
import { parseDuration } from '../../../domain/time/duration.ts';
import { scheduleInWords, timesBetween, timetableOf } from '../../../domain/time/timetable.ts';
import { dailyFeatureProblems } from './daily-features.ts';

/** The problems that prevent a batch table from being computed from its source and reference tables. */
export function batchTableProblems(table: BatchTableDefinition, among: DefinitionSet): string[] {
  const at = `batch table '${table.name}'`;
  const source = among.find('event_source', table.source);
  if (!source)
    return [
      `${at}: its event source '${table.source}' is not among the definitions; export it beside the table`,
    ];
  const unknownReferences = table.references
    .filter((reference) => !among.find('reference_table', reference))
    .map((reference) => `${at}: its reference table '${reference}' is not among the definitions`);
  const unfitKeys = table.primaryKeys
    .filter((key) => !source.fields.some(({ name, type }) => name === key && type === 'string'))
    .map((key) => `${at}: primary key '${key}' must be a string field of source '${source.name}'`);
  const references = table.references.flatMap((name) => among.find('reference_table', name) ?? []);
  const problems = isQueried(table)
    ? retentionProblems(table, source)
    : [
        ...scheduleProblems(table),
        ...lookBackProblems(table),
        ...(unknownReferences.length > 0
          ? []
          : dailyFeatureProblems(table as TiledBatchTable, { source, references })),
        ...tileRetentionProblems(table, source),
      ];
  return [...unknownReferences, ...unfitKeys, ...problems.map((problem) => `${at}: ${problem}`)];
}

/** Tiles are of whole days in UTC, and so is what is merged from them. */
function scheduleProblems({ schedule }: BatchTableDefinition): string[] {
  const { cron, zone } = timetableOf(schedule)!;
  const isMidnight = cron.hours.join() === '0' && cron.minutes.join() === '0';
  if (isMidnight && (zone === undefined || zone === 'UTC')) return [];
  return [
    `its schedule is ${scheduleInWords(schedule)}, and features are computed from days in UTC; expected midnights in UTC, such as '0 0 * * *', or sql, which runs at any time`,
  ];
}

const DAY = parseDuration('1 day')!;

function lookBackProblems({ lookBack }: BatchTableDefinition): string[] {
  if (lookBack === undefined || (parseDuration(lookBack)! > 0n && parseDuration(lookBack)! % DAY === 0n))
    return [];
  return [`reads is '${lookBack}', which is no whole number of days; expected one, such as '90 days'`];
}

/** How far ahead gaps between logical times are looked for: eight years have every 29 February. */
const DAYS_AHEAD = 2_922n;

/** The raw events of a day must be retained until the next logical time, when its tiles are made. */
function tileRetentionProblems(
  { schedule }: BatchTableDefinition,
  { name, allowedLateness, retention }: EventSourceDefinition,
): string[] {
  const keep = retention?.raw;
  if (keep === undefined) return [];
  const times = [...timesBetween(timetableOf(schedule)!, 0n, DAYS_AHEAD * DAY)];
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  const longest = gaps.reduce((longer, gap) => (gap > longer ? gap : longer), DAY);
  if (parseDuration(keep)! > longest + parseDuration(allowedLateness)!) return [];
  return [
    `source '${name}' keeps raw events for ${keep}, and ${longest / DAY} days may pass between two logical times, when tiles are made of them; keep them for longer than that and the allowed lateness of ${allowedLateness}`,
  ];
}

/** The raw events of a source must be retained for as long as a query reads them. */
function retentionProblems(
  { lookBack }: BatchTableDefinition,
  { name, allowedLateness, retention }: EventSourceDefinition,
): string[] {
  const keep = retention?.raw;
  if (keep === undefined) return [];
  if (lookBack === undefined)
    return [
      `source '${name}' keeps raw events for ${keep}, and the query reads all events before a logical time: it would go on with what is left of them. Keep raw events forever, or say reads: less than ${keep}, if the query reads no others`,
    ];
  const needed = parseDuration(lookBack)! + parseDuration(allowedLateness)!;
  if (parseDuration(keep)! > needed) return [];
  return [
    `source '${name}' keeps raw events for ${keep}, which is not longer than the ${lookBack} that the table reads and the source's allowed lateness of ${allowedLateness} together; keep them longer`,
  ];
}
