export interface Command {
  command: string;
  args: readonly string[];
}
