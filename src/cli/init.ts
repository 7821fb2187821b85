import type { ExitCode } from './exit-code.ts';
import type { Streams } from './ports.ts';
import type { SetUpWords } from './set-up-arguments.ts';

export async function init(
  _words: Extract<SetUpWords, { kind: 'init' }>,
  _streams: Streams,
  _root: string,
): Promise<ExitCode> {
  return 64;
}
