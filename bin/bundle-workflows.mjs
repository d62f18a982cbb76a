// Bundles the workflows of the clone for the process that forked this one. A process of its own, because the
// bundler leaves more than a hundred megabytes behind, which a worker would hold as long as it runs.
import { register } from 'tsx/esm/api';

register();
const { bundleWorkflows } = await import('../workers/workflow-code.ts');
const answer = await bundleWorkflows().catch(({ message }) => ({ problem: message }));
process.send(answer, () => process.disconnect());
