import type { StackSecrets } from '../secrets.ts';
import type { ServerName } from './server.ts';

interface Login {
  user: string;
  password: string;
}

const ASOF = 'asof';

/** The logins of Asof, for the servers that ask for one. */
const logins: Partial<Record<ServerName, (secrets: StackSecrets) => Login>> = {
  timescaledb: (secrets) => ({ user: ASOF, password: secrets.ASOF_POSTGRES_PASSWORD }),
  redis: (secrets) => ({ user: ASOF, password: secrets.ASOF_REDIS_PASSWORD }),
};

/** The only superuser of Postgres. Only what looks after the server itself logs in as it. */
export const ADMINISTRATOR = 'asof_administrator';

/** Whether a server of a stack asks for a login. */
export function asksForLogin(name: ServerName): boolean {
  return name in logins;
}

/** The URL of a server with the login of Asof. */
export function asAsof(name: ServerName, url: string, secrets: StackSecrets): string {
  const login = logins[name]?.(secrets);
  return login ? withLogin(url, login) : url;
}

/** The URL of Postgres with the login of the superuser. */
export function asAdministrator(url: string, secrets: StackSecrets): string {
  const password = secrets.ASOF_POSTGRES_ADMINISTRATOR_PASSWORD;
  return withLogin(url, { user: ADMINISTRATOR, password });
}

/** The URL without the login that it may contain. */
export function withoutLogin(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//');
}

/** Whether a URL names the same server, with the login of Asof or without one. */
export function isAsofOn(server: string, url: string): boolean {
  const user = /\/\/([^/:@]*)[^/]*@/.exec(url)?.[1] || ASOF;
  return withoutLogin(url) === withoutLogin(server) && user === ASOF;
}

/** The passwords of a stack mean nothing in a URL, so they need no encoding. */
function withLogin(url: string, { user, password }: Login): string {
  return withoutLogin(url).replace('//', `//${user}:${password}@`);
}
