import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { registries } from '../../../scripts/generate/registries.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nightshift-generate-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function linesOf(path: string): string[] {
  return (
    registries(root)
      .find((file) => file.path === path)
      ?.text.split('\n') ?? []
  );
}

beforeEach(() => {
  write('src/checks/postgres/replication-lag.ts', 'export const replicationLag = defineCheck({});');
  write('src/checks/postgres/memory.ts', 'export const memory = defineCheck<T, { read: S }, L>({});');
  write('src/checks/postgres/wording.ts', 'export const wording = {};');
  write('src/checks/redis/memory.ts', 'export const memory = defineCheck({});');
  write('src/operations/help.ts', 'export const help = defineAnswer({});');
  write('src/operations/end.ts', 'export const end = defineOperation({});');
  write('src/operations/end/session.ts', 'export const session = defineOperation({});');
});

test('files that define something of their own name are listed by the alphabet', () => {
  expect(linesOf('src/operations/index.ts')).toContain('export const operations: readonly Operation[] = [end, help];');
  expect(linesOf('src/checks/index.ts')).toContain("import { replicationLag } from './postgres/replication-lag.ts';");
});

test('a file that defines nothing of its name is left out', () => {
  expect(linesOf('src/checks/index.ts').join('\n')).not.toContain('wording');
});

test('a name that both engines use is told apart', () => {
  expect(linesOf('src/checks/index.ts')).toEqual(
    expect.arrayContaining([
      "import { memory as postgresMemory } from './postgres/memory.ts';",
      "import { memory as redisMemory } from './redis/memory.ts';",
      'export const redisChecks: readonly Check<RedisTarget, RedisCloud, RedisMachines>[] = [redisMemory];',
    ]),
  );
});
