import type { CurvePoint } from './evaluation.ts';

/** A curve, or a cloud of points. */
export interface Series {
  readonly name: string;
  readonly points: readonly CurvePoint[];
  readonly as: 'line' | 'points';
}

/** A chart of series on the same axes. */
export interface LineChart {
  readonly title: string;
  readonly axes: readonly [x: string, y: string];
  readonly series: readonly Series[];
  /** Whether to draw the line on which both are equal. */
  readonly hasDiagonal: boolean;
}

const [WIDTH, HEIGHT, LEFT, TOP, SIDE] = [720, 480, 80, 50, 360];
const [BARS_LEFT, BARS_WIDTH, BAR_HEIGHT] = [250, 380, 26];
const COLOURS = ['#3465a4', '#cc0000', '#73d216', '#f57900', '#75507b', '#8f5902', '#06989a', '#555753'];

/** The chart as a picture in SVG. Its axes take in all points, and the range from 0 to 1 if they all lie there. */
export function lineChart({ title, axes, series, hasDiagonal }: LineChart): string {
  const scales = ([0, 1] as const).map((axis) =>
    range(series.flatMap(({ points }) => points.map((point) => point[axis]))),
  ) as [AxisRange, AxisRange];
  const x = (value: number) => LEFT + SIDE * share(value, scales[0]);
  const y = (value: number) => TOP + SIDE * (1 - share(value, scales[1]));
  const [from, to] = [Math.max(scales[0].from, scales[1].from), Math.min(scales[0].to, scales[1].to)];
  const drawn = series.map(({ points, as }, at) => {
    const places = points.map(([px, py]) => [x(px).toFixed(1), y(py).toFixed(1)] as const);
    if (as === 'points')
      return places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour(at)}"/>`).join('');
    const path = places.map((place) => place.join(',')).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colour(at)}" stroke-width="2"/>`;
  });
  return picture(HEIGHT, [
    heading(title),
    `<rect x="${LEFT}" y="${TOP}" width="${SIDE}" height="${SIDE}" fill="none" stroke="black"/>`,
    ...(hasDiagonal && from < to
      ? [
          `<line x1="${x(from)}" y1="${y(from)}" x2="${x(to)}" y2="${y(to)}" stroke="#babdb6" stroke-dasharray="4"/>`,
        ]
      : []),
    ...drawn,
    ...[0, 0.5, 1].flatMap((part) => [
      text(LEFT - 8, TOP + SIDE * (1 - part) + 4, tick(scales[1], part), 'end'),
      text(LEFT + SIDE * part, TOP + SIDE + 18, tick(scales[0], part), 'middle'),
    ]),
    text(LEFT + SIDE / 2, TOP + SIDE + 40, axes[0], 'middle'),
    `<g transform="translate(18 ${TOP + SIDE / 2}) rotate(-90)">${text(0, 0, axes[1], 'middle')}</g>`,
    ...series.map(({ name }, at) => legend(at, name)),
  ]);
}

/** Horizontal bars from zero as a picture in SVG. */
export function barChart(
  title: string,
  bars: readonly { readonly name: string; readonly value: number }[],
): string {
  const values = bars.map(({ value }) => value);
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const x = (value: number) => BARS_LEFT + ((value - least) / (most - least || 1)) * BARS_WIDTH;
  const drawn = bars.flatMap(({ name, value }, at) => {
    const top = TOP + at * BAR_HEIGHT;
    const [left, right] = [Math.min(x(value), x(0)), Math.max(x(value), x(0))];
    return [
      text(BARS_LEFT - 10, top + 14, shortName(name), 'end'),
      `<rect x="${left.toFixed(1)}" y="${top}" width="${(right - left).toFixed(1)}" height="18" fill="${colour(0)}"/>`,
      text(right + 6, top + 14, String(Number(value.toPrecision(3))), 'start'),
    ];
  });
  return picture(TOP + bars.length * BAR_HEIGHT + 20, [heading(title), ...drawn]);
}

interface AxisRange {
  readonly from: number;
  readonly to: number;
}

function range(values: readonly number[]): AxisRange {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0 || (least >= 0 && most <= 1)) return { from: 0, to: 1 };
  return least === most ? { from: least - 1, to: most + 1 } : { from: least, to: most };
}

function share(value: number, { from, to }: AxisRange): number {
  return (value - from) / (to - from);
}

function tick({ from, to }: AxisRange, part: number): string {
  return String(Number((from + (to - from) * part).toPrecision(3)));
}

function picture(height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    '<rect width="100%" height="100%" fill="white"/>',
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function legend(at: number, name: string): string {
  const [left, top] = [LEFT + SIDE + 24, TOP + 14 + at * 22];
  return `<rect x="${left}" y="${top - 10}" width="12" height="12" fill="${colour(at)}"/>${text(left + 20, top, shortName(name), 'start')}`;
}

function heading(title: string): string {
  return `<g font-weight="bold">${text(LEFT, 28, title, 'start')}</g>`;
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-family="sans-serif" font-size="13" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function colour(at: number): string {
  return COLOURS[at % COLOURS.length]!;
}

/** As much of a name as has room. */
function shortName(name: string): string {
  return name.length <= 30 ? name : `${name.slice(0, 29)}…`;
}

/** XML has no control characters. */
function escaped(content: string): string {
  // eslint-disable-next-line no-control-regex
  const fit = content.replaceAll(/[\0-\b\v\f\x0e-\x1f]/g, '').toWellFormed();
  return fit.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
