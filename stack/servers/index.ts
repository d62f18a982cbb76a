import { kafka } from './kafka.ts';
import { mlflow } from './mlflow.ts';
import { redis } from './redis.ts';
import type { Server } from './server.ts';
import { temporal } from './temporal.ts';
import { timescaledb } from './timescaledb.ts';

/** All servers. Those that take longest to install come first. */
export const allServers: readonly Server[] = [temporal, mlflow, timescaledb, redis, kafka];
