import type { Plugin } from 'esbuild';

/**
 * What of Bolt and its companions only Socket Mode, Express and the OAuth installer need. In a bundle for Lambda each is a
 * class that throws when it is made, so that a wrong stub is loud. test/package/slim-bolt.test.ts holds the list against what
 * Bolt itself imports.
 */
export const stubbed = [
  'express',
  '@slack/oauth',
  '@slack/socket-mode',
  './receivers/ExpressReceiver',
  './receivers/HTTPModuleFunctions',
  './receivers/HTTPReceiver',
  './receivers/SocketModeReceiver',
] as const;

const STUB = `class NotInThisBundle { constructor() { throw new Error('this part of Bolt is not in the bundle'); } }
module.exports = Object.assign(NotInThisBundle, { __esModule: true, default: NotInThisBundle });`;

/**
 * Bolt makes a client of its own for every request and hands it to listeners; ours do not touch it, and the poster has its own,
 * which is loaded when something is posted. A use of Bolt's throws.
 */
const clientPackage = '@slack/web-api';

const CLIENT_STUB = `const use = { get(made, name) { if (name in made) return made[name];
  throw new Error("Bolt's own client is not in the bundle"); } };
exports.WebClient = class WebClient { constructor() { return new Proxy(this, use); } };
exports.addAppMetadata = () => {};
for (const name of ['WebAPIHTTPError', 'WebAPIPlatformError', 'WebAPIRateLimitedError']) exports[name] = class extends Error {};`;

/** Leaves the stubbed modules out wherever Bolt imports them; everything else of Bolt stays as it is. */
export const slimBolt: Plugin = {
  name: 'slim-bolt',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, importer }) =>
      isBolt(importer) && [clientPackage, ...stubbed].some((name) => sameModule(name, path))
        ? { path, namespace: 'slim-bolt' }
        : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'slim-bolt' }, ({ path }) => ({
      contents: path === clientPackage ? CLIENT_STUB : STUB,
      loader: 'js',
    }));
  },
};

function isBolt(importer: string): boolean {
  return importer.includes('node_modules/@slack/bolt/');
}

/** `./receivers/HTTPReceiver` is imported as `./HTTPReceiver` and `../receivers/HTTPReceiver` too. */
function sameModule(name: string, path: string): boolean {
  if (!name.startsWith('.')) return name === path;
  return path.startsWith('.') && path.split('/').at(-1)?.replace(/\.js$/, '') === name.split('/').at(-1);
}
