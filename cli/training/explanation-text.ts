import type {
  BatchEvidence,
  ExplainedFeature,
  ExplainedVersion,
  LookupExplanation,
  RowEvidence,
  RowExplanation,
  StreamEvidence,
  WrittenBy,
} from '../../client/index.ts';
import { PASSED_OVER } from '../../domain/training/explain/choice.ts';
import { EVENT_FATES, type EventFate } from '../../domain/training/explain/window-evidence.ts';

/** An explained row of a training set, in words. */
export function rowText({ trainingSet, row, at, holds, lookups }: RowExplanation): string {
  const verdict = holds
    ? 'the look-ups give what the set has'
    : 'THE LOOK-UPS GIVE OTHER VALUES THAN THE SET HAS';
  return [
    `row ${row} of ${trainingSet.id} (${trainingSet.name}), as of ${at}: ${verdict}`,
    ...lookups.flatMap((lookup) => ['', lookupText(lookup)]),
  ].join('\n');
}

/** An explained look-up, in words. */
export function lookupText(lookup: LookupExplanation): string {
  const { table, key, at, as, cut, availableAfter, lookback, taken, passedOver, features, evidence } = lookup;
  const keys = Object.entries(key).map(([name, value]) => `${name}=${value}`);
  return [
    `${table}: ${keys.join(', ')} as of ${at}`,
    `  rule     ${as} up to write ${cut.sequence}; a row is visible ${availableAfter} after feature_ts, lookback ${lookback ?? 'none'}`,
    `  taken    ${taken ? versionText(taken) : 'no row: the features have their defaults'}`,
    ...passedOver.map(({ why, ...version }) => `  not      ${versionText(version)}: it ${PASSED_OVER[why]}`),
    ...features.map((feature) => `  value    ${feature.as} = ${shown(feature.value)}${besideSet(feature)}`),
    ...(evidence ? evidenceLines(evidence).map((line) => `  ${line}`) : []),
  ].join('\n');
}

function versionText({ featureTs, writtenBy, supersededBy, published }: ExplainedVersion): string {
  const { sequence, knownAt, kind } = writtenBy;
  return [
    `${featureTs}, known since ${knownAt} (${kind} write ${sequence})`,
    ...(supersededBy ? [`superseded ${supersededBy.knownAt} (write ${supersededBy.sequence})`] : []),
    published ? `published ${published.at} (sync ${published.sync})` : 'not published',
  ].join(', ');
}

/** What the set has, where that is not what the look-up gives. */
function besideSet({ value, inSet, isGiven = false }: ExplainedFeature): string {
  if (inSet === undefined || shown(value) === shown(inSet)) return '';
  return isGiven ? `; the spine gives ${shown(inSet)}, which wins` : `; THE SET HAS ${shown(inSet)}`;
}

function shown(value: unknown): string {
  return JSON.stringify(value);
}

function evidenceLines(evidence: RowEvidence): string[] {
  switch (evidence.kind) {
    case 'stream':
      return streamLines(evidence);
    case 'batch':
      return batchLines(evidence);
    case 'external':
      return [`written  ${writtenText(evidence)}`];
  }
}

function streamLines({
  source,
  window,
  counts,
  events,
  recomputes,
  differences,
  note,
}: StreamEvidence): string[] {
  const fates = (Object.keys(EVENT_FATES) as EventFate[]).filter((fate) => counts[fate] > 0);
  const verdict = recomputes === null ? `cannot be computed again: ${note}` : recomputes ? 'yes' : 'NO';
  return [
    `events   of ${source} in [${window.from ?? 'the first'}, ${window.to}): ${
      fates.map((fate) => `${counts[fate]} ${EVENT_FATES[fate]}`).join('; ') || 'none'
    }`,
    ...events.map(({ partition, offset, index, eventTs, fate, brings }) => {
      const what = Object.keys(brings).length > 0 ? ` ${shown(brings)}` : ` ${EVENT_FATES[fate]}`;
      return `  ${placeText(partition, offset, index)} at ${eventTs}:${what}`;
    }),
    `computed again from these events, the row is the stored one: ${verdict}`,
    ...differences.map(
      (one) => `  ${one.feature}: stored ${shown(one.stored)}, computed ${shown(one.recomputed)}`,
    ),
  ];
}

function batchLines({ source, window, events, eventsThrough, places, references }: BatchEvidence): string[] {
  const seen =
    eventsThrough === null
      ? 'the run is not recorded any more'
      : `the run had read up to ${Object.entries(eventsThrough)
          .map(([partition, offset]) => `${partition}/${offset}`)
          .join(', ')}`;
  const counted = events === null ? `all keys of ${source}` : `${events} of ${source}`;
  return [
    `events   ${counted} in [${window.from ?? 'the first'}, ${window.to}); ${seen}`,
    ...places.map(
      ({ partition, offset, index, eventTs }) => `  ${placeText(partition, offset, index)} at ${eventTs}`,
    ),
    ...references.map((write) => `reads    ${writtenText(write)}`),
  ];
}

function writtenText({ table, origin, sha256, writtenBy, knownAt }: WrittenBy): string {
  if (origin === null) return `${table}: written ${knownAt}, origin not recorded`;
  return `${table}: written ${knownAt} by ${writtenBy} from ${origin}, SHA-256 ${sha256}`;
}

function placeText(partition: number, offset: string, index: number): string {
  return `${partition}/${offset}${index === 0 ? '' : `/${index}`}`;
}
