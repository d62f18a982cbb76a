import type { CommandUnknownOpts } from '@commander-js/extra-typings';

let isOn = false;

/** Gives the option `--verbose` to the program and all its commands, so that it may stand before and after them. */
export function withVerbose<Program extends CommandUnknownOpts>(program: Program): Program {
  for (const command of [program, ...commandsBelow(program)])
    command
      .option('--verbose', 'print the stack trace of an error too')
      .on('option:verbose', () => (isOn = true));
  return program;
}

/** Whether the command line asks for stack traces. */
export function isVerbose(): boolean {
  return isOn;
}

/** All but `temporal`, whose arguments are all those of another program. */
function commandsBelow({ commands }: CommandUnknownOpts): CommandUnknownOpts[] {
  return commands
    .filter((command) => command.name() !== 'temporal')
    .flatMap((command) => [command, ...commandsBelow(command)]);
}
