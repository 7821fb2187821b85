import { exitCodes, type ExitCode } from './exit-code.ts';
import type { Streams, TerminalPorts } from './ports.ts';

/** Prints every problem of a config file, one a line. */
export function configCheck(
  ports: Pick<TerminalPorts, 'configProblems'>,
  file: string | undefined,
  streams: Streams,
): ExitCode {
  const checked = ports.configProblems(file);
  if (checked.problems.length === 0) {
    streams.out(`${checked.file} is right.\n`);
    return exitCodes.ok;
  }
  const count = checked.problems.length;
  streams.err(
    `${checked.file} has ${count} ${count === 1 ? 'problem' : 'problems'}:\n${checked.problems.join('\n')}\n`,
  );
  return exitCodes.usage;
}
