import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { callName, calls, type Call } from './calls.ts';
import { refuseWhere, takeFault, type BucketFault } from './faults.ts';
import type { StandInBucket } from './objects.ts';
import { BucketRefusal } from './refusal.ts';
import { element, xml } from './xml.ts';

export type Answer = { status: number; headers?: Readonly<Record<string, string>>; body?: Buffer };

/** One bucket on 127.0.0.1. */
export type BucketEndpoint = StandInBucket & {
  name: string;
  url: string;
  /** What a process needs in its environment to use this. */
  environment: Readonly<Record<string, string>>;
  /** What goes wrong from now on; the first that fits a call is met. */
  faults: BucketFault[];
  /** The names of all calls so far. */
  asked: string[];
  close(): Promise<void>;
};

/** Starts S3 with one bucket in memory, as far as backups use it; signatures and rights are not looked at. */
export async function startBucketEndpoint(name = 'backups'): Promise<BucketEndpoint> {
  const bucket: StandInBucket = { objects: new Map(), hidden: new Map(), uploads: new Map() };
  const faults: BucketFault[] = [];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void serve({ name, bucket, faults, asked }, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const environment = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { ...bucket, name, url, environment, faults, asked, close };
}

type House = { name: string; bucket: StandInBucket; faults: BucketFault[]; asked: string[] };

async function serve(house: House, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const call = callOf(request, Buffer.concat(chunks), house.name);
  const fault = takeFault(house.faults, call.name);
  house.asked.push(call.name);
  if (typeof fault === 'object' && 'hold' in fault) await fault.hold;
  if (fault === 'flip' && call.body.length > 0) call.body.writeUInt8(call.body.readUInt8(0) ^ 1, 0);
  const { status, headers = {}, body = Buffer.alloc(0) } = answer(house.bucket, call, fault);
  if (fault === 'lose') {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-length': String(body.length), ...headers });
  if (typeof fault === 'object' && 'cutAfterBytes' in fault)
    response.write(body.subarray(0, fault.cutAfterBytes), () => response.destroy());
  else response.end(body);
}

function callOf(request: IncomingMessage, body: Buffer, bucketName: string): Call {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
  const [bucket = '', ...key] = decodeURIComponent(pathname.slice(1)).split('/');
  const name = bucket === bucketName ? callName(request.method ?? 'GET', key.join('/'), query) : 'NoSuchBucket';
  return { name, key: key.join('/'), query, headers: request.headers as Record<string, string>, body };
}

function answer(bucket: StandInBucket, call: Call, fault: BucketFault['what'] | undefined): Answer {
  try {
    refuseWhere(fault);
    const made = calls[call.name];
    if (made === undefined) throw new BucketRefusal(call.name, 404);
    return made(bucket, call);
  } catch (thrown) {
    if (!(thrown instanceof BucketRefusal)) throw thrown;
    // A HEAD has no body: its error is the status alone.
    if (call.name === 'HeadObject') return { status: thrown.status };
    return xml('Error', element('Code', thrown.code) + element('Message', thrown.code), thrown.status);
  }
}
