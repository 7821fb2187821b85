import { startLambdaHouse, type House, type HouseOptions } from '../../house.ts';
import { packagedFunctions } from './packaged-functions.ts';

/** The bot as it is deployed: every function is its bundle, in a sandbox that is as near to Lambda as a laptop allows. */
export async function startPackagedHouse(options: HouseOptions): Promise<House> {
  const packaged = await packagedFunctions('dev');
  const house = await startLambdaHouse(options, packaged.functions);
  await packaged.warm('slack');
  return {
    ...house,
    stop: async () => {
      await house.stop();
      await packaged.stop();
    },
  };
}
