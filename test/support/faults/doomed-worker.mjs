// `asof worker` with a fault in its process: ASOF_DOOM is a kill point and how often it is passed.
import { register } from 'tsx/esm/api';

register();
const { ASOF_DOOM } = process.env;
if (ASOF_DOOM) (await import('./kill-points.ts')).installDoom(JSON.parse(ASOF_DOOM));
await import('../../../cli/main.ts');
