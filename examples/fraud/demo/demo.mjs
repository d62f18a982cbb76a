#!/usr/bin/env node
// Runs the TypeScript sources directly, as `asof` does.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
