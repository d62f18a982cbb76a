import { AsofError } from '../../domain/errors/asof-error.ts';

/**
 * The name of a model, and the number of a version if the text has one.
 *
 * @throws AsofError `ASOF_MODEL_VERSION_INVALID`.
 */
export function parseModelVersion(text: string): { name: string; version: number | undefined } {
  const [, name, version] = /^([^/]+)(?:\/([1-9]\d{0,8}))?$/.exec(text) ?? [];
  if (name !== undefined) return { name, version: version === undefined ? undefined : Number(version) };
  throw new AsofError(
    'ASOF_MODEL_VERSION_INVALID',
    `'${text}' is no model; expected a name, or a name and the number of a version, such as user_churn_model/1`,
    { details: { model: text } },
  );
}
