import type * as Bolt from '@slack/bolt';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { beforeAll, expect, it } from 'vitest';
import { build } from 'esbuild';
import { bundleSettings, type Bundle } from '../../scripts/package/bundle.ts';
import { packagesIn } from '../../scripts/package/contents.ts';
import { slimBolt, stubbed } from '../../scripts/package/slim-bolt.ts';
import { listedBundles } from './lambda/shared-bundles.ts';
import { root } from './packaged.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

let bundles: readonly Bundle[];
beforeAll(async () => void (bundles = await listedBundles()));

const bolt = dirname(createRequire(import.meta.url).resolve('@slack/bolt'));

/** Every package that a file of Bolt imports, and the files that import it. */
function importsOfBolt(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of globSync('**/*.js', { cwd: bolt })) {
    for (const [, name = ''] of readFileSync(join(bolt, file), 'utf8').matchAll(/require\("([^"]+)"\)/g)) {
      if (!name.startsWith('.')) found.set(name, [...(found.get(name) ?? []), file].toSorted());
    }
  }
  return found;
}

it('Bolt imports what it did when the list of stubs was made; a change asks for a look at the list', () => {
  expect([...importsOfBolt().keys()].toSorted()).toEqual([
    '@slack/logger',
    '@slack/oauth',
    '@slack/socket-mode',
    '@slack/types',
    '@slack/web-api',
    'express',
    'node:crypto',
    'node:http',
    'node:https',
    'node:querystring',
    'node:url',
    'node:util',
    'path-to-regexp',
    'raw-body',
    'tsscmp',
  ]);
});

it('every receiver of Bolt but that of Lambda is stubbed, and the stubs exist', () => {
  const receivers = globSync('receivers/*Receiver.js', { cwd: bolt }).map((file) => `./${file.replace(/\.js$/, '')}`);
  const own = receivers.filter((name) => name !== './receivers/AwsLambdaReceiver');
  expect(stubbed.filter((name) => name.endsWith('Receiver')).toSorted()).toEqual(own.toSorted());
  const packages = [...importsOfBolt().keys()];
  const files = globSync('**/*.js', { cwd: bolt }).map((file) => `./${file.replace(/\.js$/, '')}`);
  for (const name of stubbed) expect([...packages, ...files], name).toContain(name);
});

it('Bolt makes a client and tells its errors apart, and asks nothing else of the client before a listener does', () => {
  const uses = globSync('**/*.js', { cwd: bolt }).flatMap((file) =>
    [...readFileSync(join(bolt, file), 'utf8').matchAll(/web_api_1\.(\w+)/g)].map(([, name = '']) => name),
  );
  expect([...new Set(uses)].toSorted()).toEqual([
    'WebAPIHTTPError',
    'WebAPIPlatformError',
    'WebAPIRateLimitedError',
    'WebClient',
    'addAppMetadata',
  ]);
});

it('a use of the client that Bolt hands out is loud', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-client-'));
  try {
    const outfile = join(folder, 'index.mjs');
    const contents = `export { App, AwsLambdaReceiver } from '@slack/bolt';`;
    await build({
      ...bundleSettings,
      splitting: false,
      stdin: { contents, resolveDir: root },
      outfile,
      plugins: [slimBolt],
    });
    const { App, AwsLambdaReceiver } = (await import(outfile)) as Pick<typeof Bolt, 'App' | 'AwsLambdaReceiver'>;
    const receiver = new AwsLambdaReceiver({ signingSecret: 'x' });
    const authorize = async () => ({ botToken: 'x' });
    const { client } = new App({ receiver, authorize });
    expect(() => client.chat.postMessage({ channel: 'C1', text: 'x' })).toThrow(
      `Bolt's own client is not in the bundle`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('the bundle of slack holds Bolt, and nothing that only its other receivers need', () => {
  const slack = bundles.find(({ name }) => name === 'slack');
  const packages = slack ? packagesIn(slack) : [];
  expect(packages).toContain('@slack/bolt');
  for (const name of [
    'express',
    '@slack/oauth',
    '@slack/socket-mode',
    'undici',
    'ws',
    'raw-body',
    'iconv-lite',
    'jsonwebtoken',
  ]) {
    expect(packages).not.toContain(name);
  }
});
