import type { StackSecrets } from '../../../stack/secrets.ts';

export const someSecrets: StackSecrets = {
  ASOF_POSTGRES_ADMINISTRATOR_PASSWORD: 'password-of-the-administrator',
  ASOF_POSTGRES_PASSWORD: 'password-of-asof-in-postgres',
  ASOF_REDIS_PASSWORD: 'password-of-asof-in-redis',
};
