import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { secretFault, storeClient } from './secret-fault.ts';

/**
 * The value of a parameter of SSM Parameter Store, decrypted; without `region` that of the environment.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export async function readParameter(name: string, region?: string): Promise<string> {
  const client = new SSMClient({ ...storeClient, ...(region === undefined ? {} : { region }) });
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    if (Parameter?.Value === undefined || Parameter.Value === '') throw new Error('ParameterIsEmpty');
    return Parameter.Value;
  } catch (thrown) {
    throw secretFault(thrown, `ssm:${name}`);
  } finally {
    client.destroy();
  }
}
