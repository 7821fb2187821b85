import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeFreePort } from '../../src/runtime/free-port.ts';
import { expectPublishedText } from '../published-json.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../servers.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

let postgres: TestPostgres;
let redis: TestRedis;

beforeAll(async () => {
  postgres = await startTestPostgres({ settings: { max_connections: '20' } });
  redis = await startTestRedis();
});
afterAll(async () => {
  await postgres?.stop();
  await redis?.stop();
});

function nightshift(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...words], { env: {} }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

test('a healthy server on a bare url exits 0, as text and as JSON, without any config', async () => {
  const url = postgres.urlAs('nightshift_read');
  const text = await nightshift('health', url);
  expect(text).toMatchObject({ code: 0 });
  expect(text.out).toMatch(/^● \S+ healthy\n\d+ of \d+ checks answered/);
  expect(text.out + text.err).not.toContain(new URL(url).password);
  const json = await nightshift('health', url, '--json');
  expect(JSON.parse(json.out)).toMatchObject({ schemaVersion: 2, operation: 'health', status: 'healthy' });
  expectPublishedText(json.out);
});

test('a server without free slots exits 2 and says so', async () => {
  const sessions = await Promise.all(Array.from({ length: 16 }, () => postgres.connect('crowd')));
  const { code, out } = await nightshift('health', postgres.urlAs('nightshift_read'));
  const json = await nightshift('health', postgres.urlAs('nightshift_read'), '--json');
  await Promise.all(sessions.map((session) => session.end()));
  expect({ code, out }).toMatchObject({ code: 2, out: expect.stringMatching(/critical/) as string });
  expect(json.code).toBe(2);
  expectPublishedText(json.out);
});

test('Redis answers too', async () => {
  const { code, out } = await nightshift('health', redis.url);
  expect(out).toMatch(/^● /);
  expect([0, 1]).toContain(code);
});

test('a server that refuses connections could not be looked at: 3, without its password', async () => {
  const url = `postgres://nightshift_read:canary@127.0.0.1:${await takeFreePort()}/shop`;
  const { code, out, err } = await nightshift('health', url);
  expect({ code, out: out.slice(0, 1) }).toEqual({ code: 3, out: '○' });
  expect(out + err).not.toContain('canary');
});

test('a wrong password could not look either, and is not repeated', async () => {
  const url = new URL(postgres.urlAs('nightshift_read'));
  url.password = 'canary';
  const { code, out, err } = await nightshift('health', url.href);
  expect(code).toBe(3);
  expect(out + err).not.toContain('canary');
});

test('a verb that acts is refused on a bare url: 64', async () => {
  expect(await nightshift('end', redis.url, '1')).toMatchObject({ code: 64, out: '' });
});

test('the shipped config is right', async () => {
  expect(await nightshift('config', 'check')).toMatchObject({ code: 0, err: '' });
});
