import { once } from 'node:events';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { Fault } from '../core/errors.ts';
import { tableDefinition } from '../state/table-definition.ts';
import { ownDirectory } from './data-owner.ts';

export type LocalTable = {
  endpoint: string;
  /** What the deployed handlers need in their environment to use this table. */
  environment: Record<string, string>;
  stop(): Promise<void>;
};

export type LocalTableOptions = {
  path?: string;
  port?: number;
  /** Sees the HTTP server before its first request. */
  observe?: (server: Server) => void;
};

const tableName = 'nightshift-local';
const region = 'us-east-1';
// DynamoDB's protocol wants a signature; the local table looks at none.
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * The state table on this machine: a DynamoDB look-alike in this process, in memory, or kept in the directory `path` under one
 * owner (Fault `conflict` for a second). An acknowledged write survives the end of the process, not of the machine.
 */
export async function startLocalTable({ path, port = 0, observe }: LocalTableOptions = {}): Promise<LocalTable> {
  const owner = path === undefined ? undefined : ownDirectory(path);
  const kept = path === undefined ? {} : { path: join(path, 'table') };
  const server = dynalite({ ...kept, createTableMs: 0 });
  observe?.(server);
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${portOf(server)}`;
    await createTable(endpoint);
    return { endpoint, environment: environmentFor(endpoint), stop: () => stop(server, owner) };
  } catch (error) {
    await stop(server, owner);
    throw error;
  }
}

function environmentFor(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    NIGHTSHIFT_TABLE: tableName,
  };
}

async function createTable(endpoint: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const { AttributeDefinitions, KeySchema, BillingMode } = tableDefinition;
  const definition = { AttributeDefinitions: [...AttributeDefinitions], KeySchema: [...KeySchema], BillingMode };
  try {
    await client.send(new CreateTableCommand({ TableName: tableName, ...definition }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  } finally {
    client.destroy();
  }
}

async function stop(server: Server, owner: { release(): void } | undefined): Promise<void> {
  server.closeAllConnections();
  if (server.listening) {
    const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
    await closed;
  }
  owner?.release();
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Fault('bug', 'The local table listens on no port.');
  return address.port;
}
