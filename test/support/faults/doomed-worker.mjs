// `asof worker` with faults: ASOF_DOOM is a doom (kill point and number of the passage) as JSON,
// ASOF_PLANTED_BUG the name of a planted bug.
import { register } from 'tsx/esm/api';

register();
const { ASOF_DOOM, ASOF_PLANTED_BUG } = process.env;
if (ASOF_PLANTED_BUG) (await import('./planted-bugs.ts')).plant(ASOF_PLANTED_BUG);
if (ASOF_DOOM) (await import('./kill-points.ts')).installDoom(JSON.parse(ASOF_DOOM));
await import('../../../cli/main.ts');
