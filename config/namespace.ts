import { Namespace } from '../domain/namespace.ts';
import { namespaceSchema } from '../schemas/values/namespace.ts';
import { parseOrThrow } from '../schemas/values/parse.ts';

/**
 * The namespace of the deployment: the given one, otherwise `ASOF_NAMESPACE`, otherwise `asof`.
 *
 * @throws AsofError `ASOF_NAMESPACE_INVALID`.
 */
export function deploymentNamespace(given?: string): Namespace {
  const name = given ?? (process.env.ASOF_NAMESPACE || undefined);
  if (name === undefined) return Namespace.default;
  return new Namespace(parseOrThrow(namespaceSchema, name, 'ASOF_NAMESPACE_INVALID', 'ASOF_NAMESPACE'));
}
