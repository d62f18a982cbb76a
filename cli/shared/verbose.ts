import type { CommandUnknownOpts } from '@commander-js/extra-typings';

let isOn = false;

/** Gives the option `--verbose` to each command that takes options of its own. */
export function withVerbose<Program extends CommandUnknownOpts>(program: Program): Program {
  for (const command of leavesOf(program))
    if (command.name() !== 'temporal')
      command
        .option('--verbose', 'print the stack trace of an error too')
        .on('option:verbose', () => (isOn = true));
  return program;
}

/** Whether the command line asks for stack traces. */
export function isVerbose(): boolean {
  return isOn;
}

function leavesOf(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}
