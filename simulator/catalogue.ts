import type { Plan } from './options.ts';
import { type Random, randomFor } from './random.ts';
import { weighted } from './weighted.ts';

export interface Product {
  readonly productId: string;
  readonly category: string;
  /** Cents. */
  readonly price: number;
}

export interface Catalogue {
  readonly products: readonly Product[];
  /** Draws a product by popularity, from one category, or from all if the category is unknown or omitted. */
  draw(random: Random, category?: string): Product;
}

interface Category {
  readonly name: string;
  /** Its share of the catalogue, relative to the other weights. */
  readonly weight: number;
  /** Cents. */
  readonly prices: readonly [from: number, to: number];
}

export const CATEGORIES: readonly Category[] = [
  { name: 'beauty', weight: 12, prices: [399, 5_999] },
  { name: 'books', weight: 20, prices: [499, 3_499] },
  { name: 'electronics', weight: 12, prices: [1_999, 89_999] },
  { name: 'fashion', weight: 22, prices: [999, 14_999] },
  { name: 'grocery', weight: 10, prices: [99, 1_999] },
  { name: 'home', weight: 14, prices: [799, 29_999] },
  { name: 'sports', weight: 6, prices: [999, 24_999] },
  { name: 'toys', weight: 4, prices: [599, 7_999] },
];

export function catalogueOf({ seed, products: size }: Plan): Catalogue {
  const random = randomFor(seed, 'catalogue');
  const drawCategory = weighted(CATEGORIES, ({ weight }) => weight);
  const products = Array.from({ length: size }, (_, index) =>
    product(`p_${index + 1}`, drawCategory(random), random),
  );
  // Close to Zipf's law: sales fall in inverse proportion to the rank, and are a little flatter at the top.
  const byRank = (list: readonly Product[], flatness: number) =>
    weighted(list, (_, rank) => 1 / (rank + flatness));
  const drawAny = byRank(products, 5);
  const drawFrom = new Map(
    CATEGORIES.map(({ name }) => [name, products.filter(({ category }) => category === name)] as const)
      .filter(([, own]) => own.length > 0)
      .map(([name, own]) => [name, byRank(own, 2)]),
  );
  return {
    products,
    draw: (random, category) => ((category && drawFrom.get(category)) || drawAny)(random),
  };
}

/** Makes a product. Most prices are at the low end of the category's range. */
function product(productId: string, { name, prices: [from, to] }: Category, random: Random): Product {
  const height = random.between(0, 1);
  return { productId, category: name, price: from + Math.floor((to - from) * height * height) };
}
