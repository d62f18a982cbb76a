import { AsofError, type ErrorKind } from '../../domain/errors/asof-error.ts';

/** The HTTP status of an error code. For other codes the kind decides. */
const STATUS: Readonly<Record<string, number>> = {
  ASOF_REQUEST_INVALID: 400,
  ASOF_BODY_NOT_JSON: 400,
  ASOF_BODY_EMPTY: 400,
  ASOF_ROUTE_UNKNOWN: 404,
  ASOF_ENDPOINT_UNKNOWN: 404,
  ASOF_BODY_TOO_LARGE: 413,
  ASOF_BODY_TYPE_UNKNOWN: 415,
  ASOF_MODEL_UNKNOWN: 503,
  ASOF_MODEL_NOT_SERVABLE: 503,
  ASOF_ONLINE_TABLE_UNPUBLISHED: 503,
  ASOF_ONLINE_FEATURE_MISSING: 503,
  ASOF_REDIS_UNAVAILABLE: 503,
};

const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = { input: 400, conflict: 409, unavailable: 503 };

/** Asof's codes for the requests that Fastify itself refuses. */
const FASTIFY_CODES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'ASOF_BODY_NOT_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'ASOF_BODY_EMPTY',
  FST_ERR_CTP_BODY_TOO_LARGE: 'ASOF_BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'ASOF_BODY_TYPE_UNKNOWN',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'ASOF_BODY_NOT_JSON',
};

/** The body of an answer to a failed request. */
export interface ErrorBody {
  readonly error_code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The answer to an error. The answer to an unexpected error reveals nothing about it. */
export function answerTo(error: unknown): { status: number; body: ErrorBody } {
  if (error instanceof AsofError) {
    const { code, message, details, kind } = error;
    return { status: STATUS[code] ?? STATUS_OF_KIND[kind], body: { error_code: code, message, details } };
  }
  const code = FASTIFY_CODES[(error as { code?: string }).code ?? ''];
  if (code) {
    const { message } = error as Error;
    return { status: STATUS[code]!, body: { error_code: code, message, details: {} } };
  }
  const message = 'the server failed on this request; its log says more';
  return { status: 500, body: { error_code: 'ASOF_INTERNAL', message, details: {} } };
}
