const WIDTH = 720;
const FONT = 'font-family="sans-serif" font-size="13"';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The text beside the bar. */
  readonly text: string;
}

/** One picture of all charts, from top to bottom. */
export function svg(charts: readonly { height: number; body: string }[]): string {
  let top = 0;
  const placed = charts.map(({ height, body }) => {
    const group = `<g transform="translate(0 ${top})">\n${body}\n</g>`;
    top += height;
    return group;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    ...placed,
    '</svg>\n',
  ].join('\n');
}

/** A chart of horizontal bars from zero. */
export function barChart(title: string, bars: readonly Bar[]): { height: number; body: string } {
  const scale = 380 / Math.max(...bars.map(({ value }) => value));
  const lines = bars.map(({ label, value, text: figure }, index) => {
    const y = 40 + index * 28;
    const width = (value * scale).toFixed(1);
    return [
      text(20, y + 14, label),
      `<rect x="200" y="${y}" width="${width}" height="20" fill="${index === bars.length - 1 ? '#b0b0b0' : '#3465a4'}"/>`,
      text(208 + value * scale, y + 14, figure),
    ].join('');
  });
  return { height: 60 + bars.length * 28, body: [heading(title), ...lines].join('\n') };
}

export interface Scatter {
  readonly title: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly line: { readonly intercept: number; readonly slope: number };
  readonly xLabel: string;
}

/** A chart of points with their fitted line. Both axes start at zero. */
export function scatterChart({ title, points, line, xLabel }: Scatter): { height: number; body: string } {
  const [maxX, maxY] = [0, 1].map((axis) => Math.max(...points.map((point) => point[axis]!)) * 1.05) as [
    number,
    number,
  ];
  const x = (value: number) => 70 + (value / maxX) * (WIDTH - 100);
  const y = (value: number) => 240 - (value / maxY) * 190;
  const at = (value: number) => `${x(value).toFixed(1)},${y(line.intercept + line.slope * value).toFixed(1)}`;
  const body = [
    heading(title),
    `<path d="M70,50 V240 H${WIDTH - 30}" fill="none" stroke="black"/>`,
    ...points.map(
      ([px, py]) => `<circle cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="2" fill="#3465a4"/>`,
    ),
    `<polyline points="${at(points[0]![0])} ${at(points.at(-1)![0])}" stroke="#cc0000" stroke-width="2"/>`,
    ...[0, maxY / 2, maxY].map((value) => text(20, y(value) + 4, tick(value))),
    ...[0, maxX / 2, maxX].map((value) => text(x(value) - 12, 258, tick(value))),
    text(WIDTH / 2 - 60, 276, xLabel),
  ];
  return { height: 290, body: body.join('\n') };
}

function tick(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}

function heading(title: string): string {
  return `<text x="20" y="24" ${FONT} font-weight="bold">${escape(title)}</text>`;
}

function text(x: number, y: number, content: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${FONT}>${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
