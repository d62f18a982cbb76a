#!/usr/bin/env node
// Runs the TypeScript sources directly, so `npx asof` works after `npm ci` without a build step.
import { register } from 'tsx/esm/api';

register();
await import('../cli/main.ts');
