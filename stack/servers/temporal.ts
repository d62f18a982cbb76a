import { askTemporal, searchAttributes } from '../readiness/temporal.ts';
import { temporalBinary, temporalSoftware } from '../software/temporal.ts';
import { versions } from '../versions.ts';
import type { Launch, Server, ServerLocation } from './server.ts';

export const temporal: Server = {
  name: 'temporal',
  title: `Temporal ${versions.temporal}`,
  variable: 'TEMPORAL_ADDRESS',
  ports: (plan) => ({ gRPC: plan.temporal, 'Web UI': plan.temporalUi }),
  url: (plan) => `127.0.0.1:${plan.temporal}`,
  software: temporalSoftware,
  runsOn: [],
  launch,
  ask: askTemporal,
};

/** Stores the workflow histories in a file, so workflows resume after a restart. */
function launch({ software, ports }: ServerLocation): Launch {
  return {
    command: temporalBinary(software),
    args: [
      ...['server', 'start-dev', '--namespace', 'default', '--log-level', 'warn'],
      ...['--ip', '127.0.0.1', '--port', String(ports.temporal)],
      ...['--ui-ip', '127.0.0.1', '--ui-port', String(ports.temporalUi)],
      ...['--db-filename', 'temporal.db'],
      ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ],
  };
}
