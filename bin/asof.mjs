#!/usr/bin/env node
// In the clone this runs the TypeScript sources, so `npx asof` works after `npm ci` without a build step. The
// package has the JavaScript that `npm pack` makes of them, since Node strips no types below node_modules.
import { existsSync } from 'node:fs';

const source = new URL('../cli/main.ts', import.meta.url);
if (existsSync(source)) {
  const { register } = await import('tsx/esm/api');
  register();
  await import(source);
} else await import('../cli/main.js');
