import { AsofError } from '../../domain/errors/asof-error.ts';
import type { ErrorCode } from '../../domain/errors/errors.ts';
import { httpStatus } from '../../domain/errors/http-status.ts';

/** Asof's codes for the requests that Fastify itself refuses. */
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'ASOF_BODY_NOT_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'ASOF_BODY_EMPTY',
  FST_ERR_CTP_BODY_TOO_LARGE: 'ASOF_BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'ASOF_BODY_TYPE_UNKNOWN',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'ASOF_BODY_NOT_JSON',
};

/** The body of an answer to a failed request. */
export interface ErrorBody {
  readonly error_code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

interface ErrorAnswer {
  readonly status: number;
  readonly body: ErrorBody;
}

/** The answer to an error. The answer to an unexpected error reveals nothing about it. */
export function answerTo(error: unknown): ErrorAnswer {
  if (error instanceof AsofError) return answer(error.code, error.message, error.details);
  const code = FASTIFY_CODES[(error as { code?: string }).code ?? ''];
  if (code) return answer(code, (error as Error).message);
  return answer('ASOF_INTERNAL', 'the server failed on this request; its log says more');
}

function answer(code: ErrorCode, message: string, details: ErrorBody['details'] = {}): ErrorAnswer {
  return { status: httpStatus(code), body: { error_code: code, message, details } };
}
