import type { ErrorSection } from '../error-entry.ts';

export const servingErrors = {
  ASOF_REQUEST_INVALID: {
    kind: 'input',
    status: 400,
    means:
      'the body has another form, lacks a lookup key, or has a feature of the wrong type; the answer names the fields',
    do: 'correct the request',
  },
  ASOF_BODY_NOT_JSON: {
    kind: 'input',
    status: 400,
    means: 'the body is not JSON',
    do: 'send one JSON object',
  },
  ASOF_BODY_EMPTY: {
    kind: 'input',
    status: 400,
    means: 'the request has no body',
    do: 'send one JSON object',
  },
  ASOF_BODY_TOO_LARGE: {
    kind: 'input',
    status: 413,
    means: 'the body is larger than the server takes (`ASOF_SERVING_BODY_LIMIT`, 1 MiB by default)',
    do: 'send fewer records',
  },
  ASOF_BODY_TYPE_UNKNOWN: {
    kind: 'input',
    status: 415,
    means: 'the content type is not `application/json`',
    do: 'send the header `content-type: application/json`',
  },
  ASOF_REQUEST_MALFORMED: {
    kind: 'input',
    status: 400,
    means: 'the request is not HTTP, its path is not a URL, or its headers are longer than 16 KiB',
    do: 'correct the client',
  },
  ASOF_REQUEST_TOO_SLOW: {
    kind: 'input',
    status: 408,
    means: 'the headers took longer than 5 seconds to arrive, or the whole request longer than 10',
    do: 'send the request at once; send fewer records if the line is slow',
  },
  ASOF_ROUTE_UNKNOWN: {
    kind: 'input',
    status: 404,
    means: 'the server has no such path and method',
    do: 'send `POST /serving-endpoints/NAME/invocations`',
  },
  ASOF_ENDPOINT_UNKNOWN: {
    kind: 'input',
    status: 404,
    means: 'no endpoint of that name was applied; the answer lists the known ones',
    do: 'check the name, or run `npx asof apply`',
  },
  ASOF_MODEL_CHANGED: {
    kind: 'input',
    status: 503,
    means: 'a file of the model in MLflow is not the one that its training logged; the version is not served',
    do: 'find out who changed it; put the logged file back, or train again',
  },
  ASOF_MODEL_NOT_SERVABLE: {
    kind: 'input',
    status: 503,
    means: '`trainModel` did not register the model version, or its ONNX model and specification do not fit',
    do: 'train a version',
  },
  ASOF_ONLINE_TABLE_UNPUBLISHED: {
    kind: 'unavailable',
    status: 503,
    means: 'the online store has nothing of a feature table',
    do: 'run `npx asof online refresh TABLE`',
  },
  ASOF_ONLINE_FEATURE_MISSING: {
    kind: 'unavailable',
    status: 503,
    means: 'the table was published without a feature that the endpoint looks up',
    do: 'run `npx asof online refresh TABLE`',
  },
  ASOF_ONLINE_VALUE_UNREADABLE: {
    kind: 'unavailable',
    status: 503,
    means:
      'the online store holds something that Asof did not write, for a key that was looked up; in an answer to several records, only those in `errors` have it',
    do: 'find out who else writes to it; run `npx asof online refresh TABLE --snapshot`',
  },
  ASOF_INTERNAL: {
    kind: 'input',
    status: 500,
    means: 'the server failed in a way that nobody foresaw',
    do: 'read its log, and please report it',
  },
} as const satisfies ErrorSection;
