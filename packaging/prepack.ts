// npm runs this before it packs: makes `dist/`, and the manifest of the package. postpack.ts undoes both, or
// guard.ts where npm does not come that far.
import { rmSync, writeFileSync } from 'node:fs';
import { bundleWorkflows } from '../workers/workflow-code.ts';
import { compile } from './compile.ts';
import { copyFiles } from './copied-files.ts';
import { DIST, inDist } from './dist.ts';
import { keepClone, waitForClone } from './kept-clone.ts';
import { packManifest } from './manifest.ts';
import { copyOnnxRuntime } from './onnx-runtime.ts';

await waitForClone();
rmSync(DIST, { recursive: true, force: true });
// The script is an `exec`, so the parent is npm itself.
keepClone([process.ppid, process.pid]);
const [{ code }] = await Promise.all([bundleWorkflows(), compile()]);
writeFileSync(inDist('workflows/workflows.cjs'), code);
copyFiles();
packManifest(copyOnnxRuntime());
