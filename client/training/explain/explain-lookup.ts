import type { Client } from '../../../db/sql/client.ts';
import {
  type KeyVersion,
  type TableKeyRead,
  readKeyVersions,
} from '../../../db/training/explain/key-versions.ts';
import type { FeatureValue } from '../../../domain/aggregation/aggregator.ts';
import { featureTypes } from '../../../domain/features/feature-types.ts';
import type { FeatureTableDefinition } from '../../../domain/registry/definition.ts';
import type { Registry } from '../../../domain/registry/registry.ts';
import { formatDuration } from '../../../domain/time/duration.ts';
import { type Instant, formatInstant } from '../../../domain/time/instant.ts';
import { type Choice, type LookupRule, explainChoice } from '../../../domain/training/explain/choice.ts';
import { timedVersion } from '../../../domain/training/explain/version-times.ts';
import type { LookedUpFeature, LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { KnowledgeCut, TrainingSetWay } from '../../../domain/training/manifest.ts';
import { readEvidence } from './evidence.ts';
import type { ExplainedFeature, ExplainedVersion, LookupExplanation } from './explanation.ts';

/** A lookup to explain, for one key as of one moment. */
export interface ExplainedLookup {
  readonly plan: LookupPlan;
  /** In the order of the primary keys. */
  readonly key: readonly string[];
  readonly moment: Instant;
  readonly way: TrainingSetWay;
  readonly cut: KnowledgeCut;
  /** The last sync of the table that counts as published. */
  readonly lastSync: number;
  /** How many events to list. */
  readonly events: number;
}

/** How many rows are read at a time, and how many versions are shown that were passed over. */
const ROWS_PER_PAGE = 500;
const SHOWN_ON_EACH_SIDE = 5;

/** Explains a lookup. The client must have a snapshot. */
export async function explainLookup(
  client: Client,
  registry: Registry,
  asked: ExplainedLookup,
): Promise<LookupExplanation> {
  const { plan, key, moment, way, cut, events } = asked;
  const table = registry.featureTable(plan.table);
  const read = keyRead(registry, table, asked);
  const rule = { ...plan, moment, cut: BigInt(cut.sequence) };
  const { chosen, passedOver } = await choose(client, read, rule, way);
  const evidence = chosen && (await readEvidence(client, { registry, table, read, version: chosen, events }));
  return {
    table: plan.table,
    key: Object.fromEntries(plan.primaryKeys.map((name, at) => [name, key[at]!])),
    at: formatInstant(moment),
    as: way,
    cut,
    lookback: plan.lookback === null ? null : formatDuration(plan.lookback),
    availableAfter: formatDuration(plan.availableAfter),
    taken: chosen && explained(chosen, plan),
    passedOver: passedOver.map(({ version, why }) => ({ ...explained(version, plan), why })),
    features: plan.features.map((feature) => explainedFeature(feature, read, chosen)),
    evidence,
  };
}

function keyRead(
  registry: Registry,
  table: FeatureTableDefinition,
  { key, lastSync }: ExplainedLookup,
): TableKeyRead {
  const types = featureTypes(table, registry.sourceOf(table));
  return {
    table: table.name,
    primaryKeys: table.primaryKeys,
    key,
    lastSync,
    features: [...types].map(([name, type]) => ({ name, type })),
  };
}

/** Chooses among all versions that there are, and leaves out those that lie far from the chosen one. */
async function choose(
  client: Client,
  read: TableKeyRead,
  rule: LookupRule,
  way: TrainingSetWay,
): Promise<Choice<KeyVersion>> {
  const visibleTo = rule.moment - rule.availableAfter;
  const timed = (versions: KeyVersion[]): KeyVersion[] => versions.map((one) => timedVersion(one, way, rule));
  const coming = timed(await readKeyVersions(client, read, { after: visibleTo }, SHOWN_ON_EACH_SIDE));
  const visible: KeyVersion[] = [];
  for (let upTo = visibleTo; ;) {
    const page = timed(await readKeyVersions(client, read, { upTo }, ROWS_PER_PAGE));
    visible.push(...page);
    const oldest = page.at(-1)?.featureTs;
    if (oldest === undefined || isPastLookback(oldest, rule)) break;
    if (explainChoice(visible, rule).chosen !== null) break;
    upTo = oldest - 1n;
  }
  const { chosen, passedOver } = explainChoice([...coming.reverse(), ...visible], rule);
  const reached = chosen?.featureTs ?? rule.moment - (rule.lookback ?? 0n);
  let older = 0;
  return {
    chosen,
    passedOver: passedOver.filter(
      ({ version }) => version.featureTs >= reached || (older += 1) <= SHOWN_ON_EACH_SIDE,
    ),
  };
}

function isPastLookback(oldest: Instant, { moment, lookback }: LookupRule): boolean {
  return lookback !== null && oldest <= moment - lookback;
}

function explained(version: KeyVersion, { availableAfter }: LookupPlan): ExplainedVersion {
  const { featureTs, written, knownAt, kind, superseded, supersededAt, published } = version;
  return {
    featureTs: formatInstant(featureTs),
    visibleFrom: formatInstant(featureTs + availableAfter),
    writtenBy: { sequence: String(written), knownAt: formatInstant(knownAt), kind },
    supersededBy:
      superseded === null || supersededAt === null
        ? null
        : { sequence: String(superseded), knownAt: formatInstant(supersededAt) },
    published: published && { sync: published.sync, at: formatInstant(published.at) },
  };
}

function explainedFeature(
  { feature, as, vector, default: otherwise }: LookedUpFeature,
  { features }: TableKeyRead,
  chosen: KeyVersion | null,
): ExplainedFeature {
  if (chosen === null) return { feature, as, value: otherwise };
  const stored = chosen.values[features.findIndex(({ name }) => name === feature)] ?? null;
  return { feature, as, value: vector && stored !== null ? componentOf(stored, vector.component) : stored };
}

function componentOf(list: FeatureValue, component: number): FeatureValue {
  return (list as readonly number[])[component] ?? null;
}
