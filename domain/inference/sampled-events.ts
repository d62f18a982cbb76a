import { type Unwrap, unwrapper } from '../log/envelope.ts';
import { isJsonObject } from '../log/json/exact-json.ts';
import { Rejected } from '../log/rejected.ts';
import type { EnvelopeDefinition, ListPlace } from '../registry/definition.ts';
import type { Instant } from '../time/instant.ts';
import { type DecimalScales, decimalScales } from './connect-decimals.ts';
import { findEnvelope } from './envelope.ts';
import { eventsInLists, findList } from './list-of-events.ts';
import type { ReadSample, SampledDocument, SampledEvent } from './sampled-records.ts';

/** The events of a sample, and how a source finds them. */
export interface FoundEvents {
  readonly events: readonly SampledEvent[];
  readonly explode?: ListPlace | undefined;
  readonly unwrap?: EnvelopeDefinition | undefined;
  readonly scales: DecimalScales;
  /** The envelopes that hold nothing. */
  readonly emptyEnvelopes: number;
}

/** @param now a time near which events are. */
export function findEvents({ documents }: ReadSample, now: Instant): FoundEvents {
  const explode = findList(documents, now);
  if (explode)
    return { events: eventsInLists(documents, explode), explode, scales: new Map(), emptyEnvelopes: 0 };
  const objects = documents.filter(({ root }) => isJsonObject(root));
  const unwrap = findEnvelope(objects.map(({ root }) => root));
  const inner = unwrapper({ unwrap, tombstones: 'skip' });
  if (!unwrap || !inner) {
    return {
      events: objects.map(({ record, root }) => ({ record, root, around: undefined })),
      scales: new Map(),
      emptyEnvelopes: 0,
    };
  }
  const unwrapped = objects.map((document) => unwrappedBy(inner, document));
  return {
    events: unwrapped.flatMap((found) => {
      if (typeof found !== 'object') return [];
      return [unwrap.envelope === 'change' ? found : { ...found, around: undefined }];
    }),
    unwrap,
    scales: decimalScales(
      objects.map(({ root }) => root),
      unwrap,
    ),
    emptyEnvelopes: unwrapped.filter((found) => found === 'tombstone').length,
  };
}

function unwrappedBy(unwrap: Unwrap, { record, root }: SampledDocument) {
  try {
    const found = unwrap(root);
    if (typeof found === 'string') return found;
    return { record, root: found.event, around: found.envelope };
  } catch (error) {
    if (error instanceof Rejected) return undefined;
    throw error;
  }
}
