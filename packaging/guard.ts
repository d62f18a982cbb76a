// prepack.ts starts this: see keepClone.
import { guardClone } from './kept-clone.ts';

const [kept, ...packing] = process.argv.slice(2);
await guardClone(kept!, packing.map(Number));
