import { AsofError } from '../../domain/errors/asof-error.ts';
import { type Instant, parseInstant } from '../../domain/time/instant.ts';

/**
 * Parses the moment of an option.
 *
 * @throws AsofError `ASOF_INPUT_INVALID` if the text is not RFC 3339.
 */
export function momentOf(option: string, text: string): Instant {
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `${option} '${text}' is not a moment; expected an RFC 3339 time such as 2026-03-01T00:00:00Z`,
    { details: { [option]: text } },
  );
}
