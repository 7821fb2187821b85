import { prices, type Price, type PriceId, type Region } from './prices.ts';

/** What a month uses, in the unit of each price; what is missing is nothing. */
export type MonthlyUsage = { readonly [I in PriceId]?: number };
export type CostLine = { id: PriceId; title: string; quantity: number; unit: string; usd: number; isOptional: boolean };

/** Pure: list prices times usage, one line for each price, without free tiers, discounts and taxes. */
export function monthlyCost(usage: MonthlyUsage, region: Region): CostLine[] {
  const ids = Object.keys(prices) as PriceId[];
  return ids.map((id) => {
    const price: Price = prices[id];
    const quantity = usage[id] ?? 0;
    const usd = (quantity / price.per) * price.usd[region];
    return { id, title: price.title, quantity, unit: price.unit, usd, isOptional: price.isOptional === true };
  });
}

/** Pure: the sum without what is optional. */
export function totalUsd(lines: readonly CostLine[]): number {
  return lines.filter(({ isOptional }) => !isOptional).reduce((sum, { usd }) => sum + usd, 0);
}
