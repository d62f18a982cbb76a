import { runProgram } from '../../../cli/shared/run-program.ts';
import { demoCommand } from './command.ts';

await runProgram(demoCommand());
