import { runProgram } from '../../../cli/shared/run-program.ts';
import { withVerbose } from '../../../cli/shared/verbose.ts';
import { demoCommand } from './command.ts';

await runProgram(withVerbose(demoCommand()));
