import { expect, test } from 'vitest';
import { capture } from '../../../stack/processes/run.ts';
import { unprivilegedAccount } from '../../../stack/servers/account.ts';

test.skipIf(process.platform !== 'linux')(
  'the account for a server that refuses root is not root, and has a name',
  async () => {
    const { wrap } = await unprivilegedAccount();
    const { command, args } = wrap({ command: 'id', args: ['-un'] });
    expect(await capture(command, args)).toMatch(/^(?!root$).+/);
  },
);
