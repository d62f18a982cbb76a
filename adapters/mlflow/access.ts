import { AsofError } from '../../domain/errors/asof-error.ts';

/** Where MLflow is, and the login that it asks for. */
export interface MlflowAccess {
  /** The base URL of MLflow and of its pages, without user and password. */
  readonly uri: string;
  /** The header `Authorization` of each request. Omitted: MLflow asks for no login. */
  readonly authorization?: string;
}

/** What names MLflow in the environment. The names are those of MLflow's own clients. */
export interface MlflowVariables {
  readonly MLFLOW_TRACKING_URI: string;
  readonly MLFLOW_TRACKING_USERNAME?: string | undefined;
  readonly MLFLOW_TRACKING_PASSWORD?: string | undefined;
  readonly MLFLOW_TRACKING_TOKEN?: string | undefined;
}

/**
 * The access that variables give: a user with a password, a token, or the user and password within the URL,
 * which is known without them from here on.
 *
 * @throws AsofError `ASOF_MLFLOW_SETTINGS_INVALID`, with no secret.
 */
export function mlflowAccess(variables: MlflowVariables): MlflowAccess {
  const url = parsedUrl(variables.MLFLOW_TRACKING_URI);
  const logins = [loginOfUrl(url), loginOfUser(variables), loginOfToken(variables)].filter(Boolean);
  if (logins.length > 1)
    throw invalid(
      'more than one login is given: of a user and password in MLFLOW_TRACKING_URI, of MLFLOW_TRACKING_USERNAME and ' +
        'MLFLOW_TRACKING_PASSWORD, and of MLFLOW_TRACKING_TOKEN, set one',
    );
  url.username = '';
  url.password = '';
  const uri = url.href.replace(/\/$/, '');
  const [authorization] = logins;
  return authorization === undefined ? { uri } : { uri, authorization };
}

function parsedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol)) return url;
  throw invalid('MLFLOW_TRACKING_URI is not a URL like http://mlflow.example:5000');
}

function loginOfUrl({ username, password }: URL): string | undefined {
  return username || password ? basic(decoded(username), decoded(password)) : undefined;
}

function loginOfUser({
  MLFLOW_TRACKING_USERNAME: user,
  MLFLOW_TRACKING_PASSWORD: password,
}: MlflowVariables): string | undefined {
  if (!user && !password) return undefined;
  if (!user || !password)
    throw invalid('MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD go together; set both');
  return basic(user, password);
}

function loginOfToken({ MLFLOW_TRACKING_TOKEN: token }: MlflowVariables): string | undefined {
  return token ? `Bearer ${token}` : undefined;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** A URL may have a percent sign that stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function invalid(problem: string): AsofError {
  return new AsofError(
    'ASOF_MLFLOW_SETTINGS_INVALID',
    `the environment's settings for MLflow are not valid: ${problem}`,
  );
}
