// `asof worker` with a fault in its process: ASOF_DOOM is a kill point and how often it is passed, ASOF_PLANTED_BUG a bug.
import { register } from 'tsx/esm/api';

register();
const { ASOF_DOOM, ASOF_PLANTED_BUG } = process.env;
if (ASOF_PLANTED_BUG) (await import('./planted-bugs.ts')).plant(ASOF_PLANTED_BUG);
if (ASOF_DOOM) (await import('./kill-points.ts')).installDoom(JSON.parse(ASOF_DOOM));
await import('../../../cli/main.ts');
