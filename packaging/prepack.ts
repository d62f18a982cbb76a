// npm runs this before it packs: makes `dist/`, and the manifest of the package. postpack.ts undoes both.
import { rmSync, writeFileSync } from 'node:fs';
import { bundleWorkflows } from '../workers/workflow-code.ts';
import { compile } from './compile.ts';
import { copyFiles } from './copied-files.ts';
import { DIST, inDist } from './dist.ts';
import { packManifest, restoreManifest } from './manifest.ts';
import { copyOnnxRuntime } from './onnx-runtime.ts';

restoreManifest();
rmSync(DIST, { recursive: true, force: true });
const [{ code }] = await Promise.all([bundleWorkflows(), compile()]);
writeFileSync(inDist('workflows/workflows.cjs'), code);
copyFiles();
const onnxRuntime = copyOnnxRuntime();
packManifest(onnxRuntime);
