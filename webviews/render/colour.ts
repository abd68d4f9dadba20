/**
 * The diverging colour scale of heatmaps, centred at zero: blue below, orange above, the theme's own ground between. Blue and
 * orange stay apart in every common kind of colour blindness, and lightness grows apart from the ground on both sides
 * alike. Framework-free.
 */

export type ThemeKind = 'light' | 'dark' | 'highContrast' | 'highContrastLight';

/** `#rrggbb`. */
export type Colour = string;

/** Colours of one side from zero outwards. */
interface Scale {
  readonly ground: Colour;
  readonly below: readonly [Colour, Colour];
  readonly above: readonly [Colour, Colour];
}

const SCALES: Readonly<Record<ThemeKind, Scale>> = {
  light: { ground: '#f4f4f2', below: ['#8cb8e4', '#1f529f'], above: ['#ec9f66', '#a13d06'] },
  dark: { ground: '#2a2b2e', below: ['#2f63a8', '#93c6ff'], above: ['#a3531d', '#ffb98a'] },
  highContrast: { ground: '#000000', below: ['#1e63c4', '#a6d2ff'], above: ['#b0590f', '#ffc795'] },
  highContrastLight: { ground: '#ffffff', below: ['#6ea6e6', '#0b3a86'], above: ['#ee9550', '#7d2b00'] },
};

type Triple = readonly [number, number, number];

/** Steps of one side: more than eyes tell apart, few enough to be kept. */
const STEPS = 128;

/** Maps shares of the largest value to colours. */
export type ColourScale = (share: number) => Colour;

/** The scale of a theme: -1 is the strongest blue, 0 the ground, 1 the strongest orange; beyond are the ends. */
export function colourScale(theme: ThemeKind): ColourScale {
  const { ground, below, above } = SCALES[theme];
  const sides = [below, above].map((side) =>
    Array.from({ length: STEPS + 1 }, (_, i) => between([ground, ...side], i / STEPS)),
  ) as [Colour[], Colour[]];
  return (share) => sides[share < 0 ? 0 : 1][Math.round(Math.min(1, Math.abs(share)) * STEPS)]!;
}

/** Black or white, whichever is easier to read on a colour. */
export function inkOn(colour: Colour): Colour {
  return contrast(colour, '#000000') >= contrast(colour, '#ffffff') ? '#000000' : '#ffffff';
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: Colour, b: Colour): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** WCAG 2.2, "relative luminance". */
function luminance(colour: Colour): number {
  const [red, green, blue] = linear(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** A place on a line of colours, 0 the first and 1 the last, in Oklab, where equal steps look equal. */
function between(colours: readonly Colour[], share: number): Colour {
  const at = share * (colours.length - 1);
  const first = Math.min(Math.floor(at), colours.length - 2);
  const [from, to] = [toOklab(colours[first]!), toOklab(colours[first + 1]!)];
  const mix = from.map((value, i) => value + (to[i]! - value) * (at - first));
  return fromOklab(mix as unknown as Triple);
}

/** Channels in 0 ... 1, proportional to light. */
function linear(colour: Colour): Triple {
  const channels = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  return channels.map((share) =>
    share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4,
  ) as unknown as Triple;
}

function fromLinear(channels: Triple): Colour {
  const bytes = channels.map((light) => {
    const share = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.min(1, Math.max(0, share)));
  });
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Lightness, green-red and blue-yellow, by B. Ottosson's definition of Oklab. */
export function toOklab(colour: Colour): Triple {
  const cones = times(TO_CONES, linear(colour)).map(Math.cbrt);
  return times(CONES_TO_LAB, cones as unknown as Triple);
}

function fromOklab(lab: Triple): Colour {
  const cones = times(LAB_TO_CONES, lab).map((value) => value ** 3);
  return fromLinear(times(FROM_CONES, cones as unknown as Triple));
}

type Matrix = readonly [Triple, Triple, Triple];

const TO_CONES: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const CONES_TO_LAB: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];
const LAB_TO_CONES: Matrix = [
  [1, 0.3963377774, 0.2158037573],
  [1, -0.1055613458, -0.0638541728],
  [1, -0.0894841775, -1.291485548],
];
const FROM_CONES: Matrix = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
];

function times(matrix: Matrix, [x, y, z]: Triple): Triple {
  return matrix.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Triple;
}
