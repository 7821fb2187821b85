import {
  GetParameter$,
  PutParameter$,
  type GetParameterRequest,
  type GetParameterResult,
  type PutParameterRequest,
  type PutParameterResult,
} from '@aws-sdk/client-ssm';
import type { CloudModel } from './model.ts';
import { operation, type CloudOperations } from './operation.ts';
import { CloudRefusal } from './refusal.ts';

/** What Systems Manager answers of parameters: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export const parameterOperations: CloudOperations = {
  GetParameter: operation<GetParameterRequest, GetParameterResult>(GetParameter$, get),
  PutParameter: operation<PutParameterRequest, PutParameterResult>(PutParameter$, put),
};

/** `/shop/db/host`, or `/shop/db/host:3` for a version. */
function get({ Name: asked = '' }: GetParameterRequest, { kept }: CloudModel): GetParameterResult {
  const [name = '', selector] = asked.split(':');
  const found = kept[name];
  if (!found) throw new CloudRefusal('ParameterNotFound', '');
  const Version = selector === undefined ? found.values.length : Number(selector);
  const Value = found.values[Version - 1];
  if (Value === undefined)
    throw new CloudRefusal(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${selector} of ${name}.`,
    );
  return { Parameter: { Name: name, Type: found.type, Value, Version } };
}

function put(
  { Name = '', Value = '', Type, Overwrite }: PutParameterRequest,
  { kept }: CloudModel,
): PutParameterResult {
  const found = kept[Name];
  if (found && !Overwrite)
    throw new CloudRefusal(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  const values = [...(found?.values ?? []), Value];
  kept[Name] = { type: Type ?? found?.type ?? 'String', values };
  return { Version: values.length, Tier: 'Standard' };
}
