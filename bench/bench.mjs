#!/usr/bin/env node
// Runs the TypeScript sources without a build, as `asof` does.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
