// A clock that is behind by CLOCK_BEHIND_MS: NODE_OPTIONS='--import …/clock-behind.mjs' npx asof worker
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const Real = Date;
  const behind = Number(process.env.CLOCK_BEHIND_MS);
  globalThis.Date = class extends Real {
    constructor(...parts) {
      super(...(parts.length > 0 ? parts : [Real.now() - behind]));
    }

    static now() {
      return Real.now() - behind;
    }
  };
}
