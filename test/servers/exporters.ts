import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { takeFreePort } from '../../src/runtime/free-port.ts';
import { makeServerDirectory, recordServer } from './room.ts';

/** An exporter, a Prometheus, or a stand-in for either, on 127.0.0.1. */
export type Exporter = { url: string; stop(): Promise<void> };

/** What a stand-in answers: to which path, and with the form that came. */
export type Answering = (path: string, form: URLSearchParams) => { status?: number; body: string } | 'never';

/** A stand-in whose answers a test gives. */
export async function startStandIn(answer: Answering): Promise<Exporter> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const given = answer(request.url ?? '', new URLSearchParams(body));
      if (given !== 'never') response.writeHead(given.status ?? 200, { location: '/elsewhere' }).end(given.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** A program of a Debian package: as installed, else unpacked beside; undefined where there is neither Debian nor a mirror. */
export function debianProgram(name: string): string | undefined {
  const installed = join('/usr/bin', name);
  if (existsSync(installed)) return installed;
  const folder = join(import.meta.dirname, '../../node_modules/.cache/debian', name);
  const unpacked = join(folder, 'usr/bin', name);
  if (existsSync(unpacked)) return unpacked;
  if (!existsSync('/etc/debian_version')) return undefined;
  mkdirSync(folder, { recursive: true });
  spawnSync('apt-get', ['download', '-qq', name], { cwd: folder, stdio: 'ignore', timeout: 20_000 });
  const file = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  if (file !== undefined) spawnSync('dpkg-deb', ['-x', file, '.'], { cwd: folder, stdio: 'ignore' });
  return existsSync(unpacked) ? unpacked : undefined;
}

export async function startNodeExporter(program: string): Promise<Exporter> {
  const port = await takeFreePort();
  const stop = start(program, [`--web.listen-address=127.0.0.1:${port}`]);
  return await answering({ url: `http://127.0.0.1:${port}/metrics`, stop }, '/metrics');
}

/** Collects from one exporter every half second. */
export async function startPrometheus(program: string, exporter: Exporter): Promise<Exporter> {
  const port = await takeFreePort();
  const folder = makeServerDirectory('prometheus');
  const config = {
    global: { scrape_interval: '500ms', scrape_timeout: '500ms' },
    scrape_configs: [{ job_name: 'node', static_configs: [{ targets: [new URL(exporter.url).host] }] }],
  };
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, JSON.stringify(config));
  const words = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  const stop = start(program, [...words, `--web.listen-address=127.0.0.1:${port}`]);
  return await answering({ url: `http://127.0.0.1:${port}`, stop }, '/-/ready');
}

function start(program: string, words: readonly string[]): () => Promise<void> {
  const child = spawn(program, words, { stdio: 'ignore' });
  recordServer(child.pid ?? 0, 'exporter');
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return async () => {
    child.kill('SIGTERM');
    await ended;
  };
}

async function answering(exporter: Exporter, path: string): Promise<Exporter> {
  for (;;) {
    const answered = await fetch(new URL(path, exporter.url)).catch(() => undefined);
    await answered?.body?.cancel();
    if (answered?.ok) return exporter;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
