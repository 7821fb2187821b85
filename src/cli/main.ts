import { terminal } from './terminal.ts';
import { terminalPorts } from './wiring.ts';

const { stdout, stderr } = process;

process.exitCode = await terminal(process.argv.slice(2), terminalPorts(), {
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  // hasColors honours NO_COLOR, FORCE_COLOR and TERM; a pipe has no such method.
  colour: stdout.isTTY && stdout.hasColors(),
  width: stdout.isTTY ? stdout.columns : 120,
  ...(stderr.isTTY ? { errColumns: stderr.columns } : {}),
});
