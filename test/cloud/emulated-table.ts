import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LocalTable } from '../../src/local/table.ts';
import { tableDefinition } from '../../src/state/table-definition.ts';
import { startEmulator } from './emulator.ts';

/** The state table in an emulator of its own, under the names of the local one. */
export async function startEmulatedTable(): Promise<LocalTable> {
  const { client, stop } = await startEmulator();
  const { AttributeDefinitions, KeySchema, BillingMode } = tableDefinition;
  const TableName = 'nightshift-local';
  const region = 'us-east-1';
  const dynamo = new DynamoDBClient({ ...client, region });
  const definition = { AttributeDefinitions: [...AttributeDefinitions], KeySchema: [...KeySchema], BillingMode };
  await dynamo.send(new CreateTableCommand({ TableName, ...definition }));
  dynamo.destroy();
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: client.endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: client.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: client.credentials.secretAccessKey,
    NIGHTSHIFT_TABLE: TableName,
  };
  return { endpoint: client.endpoint, environment, stop };
}
