import { expect, it } from 'vitest';
import { whyNotThisPython } from './install-emulator.ts';

const answered = (stdout: string, status = 0) => ({ status, stdout: Buffer.from(stdout) });

it.each([
  ['there is none', { ...answered(''), error: new Error('spawn python3 ENOENT') }, /there is no python3/],
  ['it has no venv', answered('', 1), /apt-get install python3-venv/],
  ['it is too old', answered('3 9 2 final 0'), /install Python 3\.11 or newer; python3 is 3\.9 here/],
])('the Python of this machine is refused with what to install when %s', (_why, answer, sentence) => {
  expect(whyNotThisPython(answer)).toMatch(sentence);
});

it.each(['3 11 0 final 0', '3 14 1 final 0', '4 0 0 final 0'])('Python %s will do', (version) => {
  expect(whyNotThisPython(answered(version))).toBeUndefined();
});
