// npm runs this after it has packed.
import { rmSync } from 'node:fs';
import { DIST } from './dist.ts';
import { restoreManifest } from './manifest.ts';

restoreManifest();
rmSync(DIST, { recursive: true, force: true });
