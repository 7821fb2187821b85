import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalTable } from '../../src/local/table.ts';
import { openDynamodbTable } from '../../src/state/dynamodb-table.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nightshift-table-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('the local table', () => {
  test('loses no acknowledged put when its process is killed, and can be owned again at once', async () => {
    const path = join(directory, 'killed');
    const acknowledged = await writeUntilKilled(path, 300);
    const local = await startLocalTable({ path });
    Object.assign(process.env, local.environment);
    const table = openDynamodbTable({ tableName: 'nightshift-local' });
    const kept = new Set((await table.query('kept')).map((item) => item['index']));
    await local.stop();
    expect(acknowledged.length).toBeGreaterThanOrEqual(300);
    expect(acknowledged.filter((index) => !kept.has(index))).toEqual([]);
  });

  test('refuses a second owner of its directory until the first has stopped', async () => {
    const path = join(directory, 'owned');
    const first = await startLocalTable({ path });
    await expect(startLocalTable({ path })).rejects.toMatchObject({ code: 'conflict' });
    await first.stop();
    const second = await startLocalTable({ path });
    await second.stop();
  });

  test('gives the environment that the handlers need', async () => {
    const local = await startLocalTable();
    expect(local.environment).toMatchObject({
      AWS_ENDPOINT_URL_DYNAMODB: local.endpoint,
      NIGHTSHIFT_TABLE: 'nightshift-local',
    });
    await local.stop();
  });
});

/** Kills the writer once it has told of `count` puts; answers all that it told before it died. */
async function writeUntilKilled(path: string, count: number): Promise<number[]> {
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'table-writer.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(writer, 'exit');
  const told: number[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    told.push(Number(line));
    if (told.length === count) writer.kill('SIGKILL');
  }
  expect(await exit).toEqual([null, 'SIGKILL']);
  return told;
}
