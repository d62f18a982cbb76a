import { redisFailure } from '../../adapters/redis/redis-failure.ts';
import { databaseFailure } from '../../db/sql/database-failure.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { boundedJson } from '../../domain/errors/bounded-json.ts';
import type { ErrorCode } from '../../domain/errors/errors.ts';
import { httpStatus, wordsForCallers } from '../../domain/errors/http-status.ts';
import { shortenedToBytes } from '../../domain/errors/shortened.ts';

/** An answer to an error repeats what a caller sends; it must not cost more than what it answers. */
const MOST_BYTES = { ofMessage: 2_000, ofDetails: 1_500 };

/** Asof's codes for the requests that Fastify and Node refuse. */
const REFUSALS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['ASOF_BODY_NOT_JSON', 'the body is not JSON; send one JSON object'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['ASOF_BODY_EMPTY', 'the request has no body; send one JSON object'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['ASOF_BODY_TOO_LARGE', 'the body is too large; send fewer records'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'ASOF_BODY_TYPE_UNKNOWN',
    "the content type is not JSON's; send the header content-type: application/json",
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'ASOF_BODY_NOT_JSON',
    'the body ends before its content-length; send the whole body',
  ],
  FST_ERR_MAX_PARAM_LENGTH: [
    'ASOF_ENDPOINT_UNKNOWN',
    'there is no endpoint with so long a name; check the name',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['ASOF_REQUEST_TOO_SLOW', 'the request did not arrive in time; send it at once'],
};

/** The body of an answer to a failed request. */
export interface ErrorBody {
  readonly error_code: ErrorCode;
  readonly message: string;
  readonly details: unknown;
}

export interface ErrorAnswer {
  readonly status: number;
  readonly body: ErrorBody;
}

/**
 * The answer to an error. Only an error of the request, or of what the endpoint needs, is told in its own words: those
 * of a server name its address and what it was asked.
 */
export function answerTo(error: unknown): ErrorAnswer {
  const known = error instanceof AsofError ? error : (databaseFailure(error) ?? redisFailure(error));
  if (known) {
    const { code, message, details } = known;
    const words = wordsForCallers(code);
    return words === undefined ? answer(code, message, details) : answer(code, words);
  }
  const { code = '', statusCode = 500 } = error as { code?: string; statusCode?: number };
  const refusal = REFUSALS[code];
  if (refusal) return answer(...refusal);
  if (statusCode < 500) return malformed();
  return answer('ASOF_INTERNAL', 'the server failed on this request; its log says more');
}

/** The answer to what Node cannot read as a request. */
export function answerToBrokenRequest({ code = '' }: NodeJS.ErrnoException): ErrorAnswer {
  const refusal = REFUSALS[code];
  return refusal ? answer(...refusal) : malformed();
}

function malformed(): ErrorAnswer {
  return answer(
    'ASOF_REQUEST_MALFORMED',
    'the request cannot be read: it is not HTTP, its path is not a URL, or its headers are too long; correct the client',
  );
}

function answer(code: ErrorCode, words: string, given: Readonly<Record<string, unknown>> = {}): ErrorAnswer {
  const message = shortenedToBytes(words, MOST_BYTES.ofMessage);
  const details = boundedJson(given, MOST_BYTES.ofDetails);
  return { status: httpStatus(code), body: { error_code: code, message, details } };
}
