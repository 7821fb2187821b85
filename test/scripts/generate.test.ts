import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('every generated file is as fresh as the code', { timeout: 600_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/generate.ts', '--check'], { cwd: root });
  expect(stdout).toBe('');
});
