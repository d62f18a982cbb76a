import { atKnowledgeCut } from '../../../db/commits/knowledge-cut.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { planFrom } from '../../../db/training/load-training-set.ts';
import { lastPublished } from '../../../db/training/published-at.ts';
import { requireWholeHistory } from '../../../db/training/versions/versions-to-read.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { parseDuration } from '../../../domain/time/duration.ts';
import type { KnowledgeCut, TrainingSetWay } from '../../../domain/training/manifest.ts';
import type { Connections } from '../../shared/connections.ts';
import { momentOf } from '../../shared/moment.ts';
import { explainLookup } from './explain-lookup.ts';
import type { LookupExplanation } from './explanation.ts';
import { keyFor } from './key-for.ts';

/** Which lookup to explain. */
export interface ExplainLookupOptions {
  /** The primary keys of the table. */
  readonly key: Readonly<Record<string, string>>;
  /** RFC 3339: the observation timestamp. */
  readonly at: string;
  /** How old a row may be, such as `24 hours`. Default: of any age. */
  readonly lookback?: string | undefined;
  /** The sequence of the last write that counts. Default: all writes. */
  readonly cut?: string | number | undefined;
  /** The way to choose, as for a build. Default: `latest`. */
  readonly as?: TrainingSetWay | undefined;
  /** How many raw events to list. Default: 20. */
  readonly events?: number | undefined;
}

export const EVENTS_LISTED = 20;

export async function explainTableLookup(
  connections: Connections,
  name: string,
  { key, at, lookback, cut, as: way = 'latest', events = EVENTS_LISTED }: ExplainLookupOptions,
): Promise<LookupExplanation> {
  const moment = momentOf('at', at);
  if (lookback !== undefined && parseDuration(lookback) === undefined)
    throw invalid('lookback', lookback, "a duration such as '24 hours'");
  if (cut !== undefined && !/^\d{1,18}$/.test(String(cut)))
    throw invalid('cut', String(cut), 'the sequence of a write, such as 17');
  return atKnowledgeCut(await connections.pool(), async (client, now) => {
    const registry = await loadRegistry(client);
    const table = registry.featureTable(name);
    const features = table.features.map((feature) => {
      return { feature: feature.name, as: feature.name, default: null };
    });
    const plan = planFrom(registry, {
      table: name,
      features,
      lookupKeys: table.primaryKeys,
      lookback: lookback ?? null,
    });
    const asked = {
      plan,
      key: keyFor(table, key),
      moment,
      way,
      cut: cutOf(cut, now),
      lastSync: (await lastPublished(client, [name]))[0]!,
      events,
    };
    if (way !== 'latest') await requireWholeHistory(client, [name], moment);
    return explainLookup(client, registry, asked);
  });
}

function cutOf(cut: string | number | undefined, now: KnowledgeCut): KnowledgeCut {
  return cut === undefined ? now : { sequence: String(cut), knownAt: null };
}

function invalid(option: string, value: string, expected: string): AsofError {
  return new AsofError('ASOF_INPUT_INVALID', `${option} '${value}' is not valid; expected ${expected}`, {
    details: { [option]: value },
  });
}
