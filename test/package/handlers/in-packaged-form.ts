import { inForm } from '../../house.ts';
import { startPackagedHouse } from '../lambda/packaged-house.ts';

/** To be imported before the facts that are to hold for the bundles too. */
inForm(startPackagedHouse);
