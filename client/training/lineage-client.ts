import type { RunEvent } from '../../adapters/openlineage/run-events.ts';
import { mermaidOf } from '../../domain/lineage/mermaid.ts';
import type { LineageSubject } from '../../domain/lineage/subject.ts';
import { svgOf } from '../../domain/lineage/svg.ts';
import type { Connections } from '../shared/connections.ts';
import { type Lineage, lineageOf } from './lineage-of.ts';
import { type ModelLineage, type Origin, type UsedBy, modelLineage, usedBy } from './lineage.ts';
import { openLineageEvents } from './open-lineage.ts';

/** Tells what features, training sets, models and endpoints are made of, and what is made of a field. */
export class LineageClient {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /**
   * Returns what something is made of, down to the fields of events and the offsets of the log, and what is made
   * of it, up to model versions and endpoints.
   *
   * @param subject its kind and name, such as `{ field: 'user-events.revenue' }`.
   * @throws AsofError `ASOF_LINEAGE_UNKNOWN`.
   * @example
   * ```ts
   * const { nodes, uses } = await asof.lineage.of({ field: 'user-events.revenue' });
   * const models = nodes.filter(({ id, kind }) => kind === 'model_version' && uses.includes(id));
   * ```
   */
  of(subject: LineageSubject): Promise<Lineage> {
    return lineageOf(this.#connections, subject);
  }

  /**
   * Draws a lineage, as an SVG file or as a flowchart of Mermaid. Dashed lines lead from what decides which rows
   * there are, such as a filter or a key.
   *
   * @example
   * ```ts
   * const lineage = await asof.lineage.of({ model: 'user_churn_model/1' });
   * await writeFile('lineage.svg', asof.lineage.draw(lineage, 'svg'));
   * ```
   */
  draw(lineage: Lineage, as: 'svg' | 'mermaid'): string {
    const roots = lineage.of.map(({ id }) => id);
    return as === 'svg' ? svgOf(lineage, roots) : mermaidOf(lineage, roots);
  }

  /**
   * Returns a lineage as run events of OpenLineage, for those who collect them: for each feature table, training set
   * and model version the run that made it, with its datasets and the lineage of their columns. The same lineage
   * gives the same events.
   *
   * @throws AsofError `ASOF_LINEAGE_UNKNOWN`.
   */
  openLineage(subject: LineageSubject): Promise<RunEvent[]> {
    return openLineageEvents(this.#connections, subject);
  }

  /**
   * Returns the run, training set, feature tables and sources of a model version, each with its version in
   * the registry.
   *
   * @param version name and number, such as `user_churn_model/1`.
   * @throws AsofError `ASOF_MODEL_VERSION_INVALID`, `ASOF_MODEL_UNKNOWN`; `ASOF_TRAINING_SET_UNKNOWN` if a
   * reset deleted the training set.
   */
  model(version: string): Promise<ModelLineage> {
    return modelLineage(this.#connections, version);
  }

  /**
   * Returns the model versions that were trained on features of a table, or on features made from a source.
   * Empty for an unknown name.
   *
   * @param origin the name of a feature table, or of an event source or reference table.
   * @example
   * ```ts
   * const { models } = await asof.lineage.usedBy({ source: 'user-events' });
   * ```
   */
  usedBy(origin: Origin): Promise<UsedBy> {
    return usedBy(this.#connections, origin);
  }
}
