/** The colours of every drawing and page: those of text have a contrast of at least 4.5 on `paper` and `card`. */
export interface Palette {
  readonly paper: string;
  readonly card: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly rest: string;
  readonly accent: string;
  readonly good: string;
  readonly goodBack: string;
  readonly warn: string;
  readonly warnBack: string;
  readonly bad: string;
  readonly badBack: string;
  readonly odd: string;
  readonly oddBack: string;
  readonly none: string;
  readonly noneBack: string;
}

export type Theme = 'light' | 'dark';

export const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    paper: '#f6f6f4',
    card: '#ffffff',
    ink: '#1b1f24',
    soft: '#58606b',
    line: '#e3e3df',
    rest: '#e7e7e3',
    accent: '#1f5fa8',
    good: '#0b6656',
    goodBack: '#e0f1ec',
    warn: '#7a4800',
    warnBack: '#fbeed5',
    bad: '#a8231b',
    badBack: '#fae6e3',
    odd: '#5d3a94',
    oddBack: '#eee8f7',
    none: '#565d68',
    noneBack: '#ecebe7',
  },
  dark: {
    paper: '#13161a',
    card: '#1b1f25',
    ink: '#e9e8e4',
    soft: '#a4abb6',
    line: '#2d333b',
    rest: '#363d47',
    accent: '#7db4f2',
    good: '#6fd3bb',
    goodBack: '#173a34',
    warn: '#f0bd66',
    warnBack: '#3d2f14',
    bad: '#ff9a8f',
    badBack: '#47211e',
    odd: '#c5a9f3',
    oddBack: '#33284a',
    none: '#a4abb6',
    noneBack: '#2b3038',
  },
};
