// npm runs this after it has packed.
import { restoreClone } from './kept-clone.ts';

restoreClone();
