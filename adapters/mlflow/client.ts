import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosError, type AxiosInstance, type AxiosRequestConfig, isAxiosError } from 'axios';
import { z } from 'zod';
import { AsofError, reasonOf, unavailable } from '../../domain/errors/asof-error.ts';
import { Namespace } from '../../domain/namespace.ts';
import { parseOrThrow } from '../../schemas/values/parse.ts';
import type { MlflowAccess } from './access.ts';

/** A client of MLflow's REST API. It tries each call once; Temporal retries the activity. */
export interface MlflowClient {
  /** The base URL of MLflow and of its pages, without a login. */
  readonly uri: string;
  readonly http: AxiosInstance;
  /** Gives experiments and registered models their names in MLflow. */
  readonly namespace: Namespace;
}

export interface MlflowOptions {
  /** Omitted: the default namespace. */
  readonly namespace?: Namespace;
  /** Called at each answer, in the context of whoever asked. */
  readonly onAnswer?: () => void;
}

const TIMEOUT_MS = 60_000;

export function createMlflow(
  { uri, authorization }: MlflowAccess,
  { namespace = Namespace.default, onAnswer }: MlflowOptions = {},
): MlflowClient {
  const http = axios.create({
    baseURL: uri,
    ...(authorization !== undefined && { headers: { authorization } }),
    timeout: TIMEOUT_MS,
    maxBodyLength: Infinity,
    maxContentLength: Infinity,
    // One connection for each call: MLflow's server closes idle connections after 5 s, often just when Node
    // reuses one.
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false }),
  });
  http.interceptors.response.use(
    (response) => {
      onAnswer?.();
      return response;
    },
    (error: unknown) => {
      if (isAxiosError(error) && error.response) onAnswer?.();
      throw error;
    },
  );
  return { uri, http, namespace };
}

/** A call of MLflow's API. */
export interface MlflowCall {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** Below `/api/2.0/mlflow/`. */
  readonly path: string;
  /** The query parameters of a `get`, otherwise the JSON body. */
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Calls MLflow's API and checks the answer against the schema.
 *
 * @throws AsofError `ASOF_MLFLOW_UNAVAILABLE` (unavailable); `ASOF_MLFLOW_REFUSED` with MLflow's own code in
 * `details`; `ASOF_MLFLOW_ANSWER_INVALID` if the answer does not match the schema.
 */
export async function call<Schema extends z.ZodType>(
  client: MlflowClient,
  { method, path, input }: MlflowCall,
  answer: Schema,
): Promise<z.output<Schema>> {
  const fields = method === 'get' ? { params: input } : { data: input };
  const body = await send(client, { method, url: `/api/2.0/mlflow/${path}`, ...fields });
  return parseOrThrow(answer, body, 'ASOF_MLFLOW_ANSWER_INVALID', `MLflow's answer to ${path}`);
}

/** Sends any request and returns the body of the answer. Throws the errors of {@link call}. */
export async function send(client: MlflowClient, request: AxiosRequestConfig): Promise<unknown> {
  try {
    return (await client.http.request<unknown>(request)).data;
  } catch (error) {
    throw describe(client, request, error);
  }
}

/** Whether the error is a refusal by MLflow with the code `code`, such as `RESOURCE_DOES_NOT_EXIST`. */
export function isRefusal(error: unknown, code: string): boolean {
  return error instanceof AsofError && error.code === 'ASOF_MLFLOW_REFUSED' && error.details.code === code;
}

const refusalSchema = z.object({ error_code: z.string(), message: z.string() });

function describe({ uri }: MlflowClient, { method, url }: AxiosRequestConfig, error: unknown): unknown {
  if (!isAxiosError(error)) return error;
  const status = error.response?.status;
  const cause = withoutRequest(error);
  if (status === undefined || status >= 500 || status === 429)
    return unavailable('ASOF_MLFLOW_UNAVAILABLE', `MLflow at ${uri}`, 'MLFLOW_TRACKING_URI', cause);
  const refusal = refusalSchema.safeParse(asJson(error.response?.data)).data;
  const reason = refusal ? `${refusal.error_code}: ${refusal.message}` : `status ${status}`;
  const advice = status === 401 || status === 403 ? `. ${LOGIN}` : '';
  return new AsofError(
    'ASOF_MLFLOW_REFUSED',
    `MLflow at ${uri} refused ${method} ${url}: ${reason}${advice}`,
    { details: { status, code: refusal?.error_code }, cause },
  );
}

/** The body of an answer whose request asked for text. */
function asJson(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

const LOGIN =
  'Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, to a login that may do this';

/** An error of axios without its request, which has the login in its headers. */
function withoutRequest(error: AxiosError): Error {
  const cause = new Error(reasonOf(error.message ? error : (error.cause ?? error)));
  return Object.assign(cause, { name: error.name, code: error.code, stack: error.stack });
}
