import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { bundleFunctions } from '../../scripts/package/bundle.ts';
import { verifiedFile } from '../../scripts/package/config-file.ts';
import { packagesIn } from '../../scripts/package/contents.ts';
import { stubbed } from '../../scripts/package/slim-bolt.ts';
import { root } from './packaged.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

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

it('the bundle of slack holds Bolt, and nothing that only its other receivers need', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-slim-'));
  const bundles = await bundleFunctions(root, folder, verifiedFile(root));
  rmSync(folder, { recursive: true });
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
