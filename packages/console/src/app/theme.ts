import { theme, type ThemeConfig } from 'antd';

export type Shade = 'light' | 'dark';

/** Colours mean state, and nothing else does. Each has a contrast of 4.5 and more against the page. */
export const TONES = {
  light: { flowing: '#1d7a3e', copying: '#1f62b8', look: '#8f5a00', stopped: '#b3261e', off: '#5f6670' },
  dark: { flowing: '#5fc98a', copying: '#79b4f5', look: '#e5b04c', stopped: '#ff8a80', off: '#9aa3ae' },
} as const;

export type Tone = keyof (typeof TONES)['light'];

const FONT =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', sans-serif";

const SURFACES = {
  light: { page: '#f5f6f7', raised: '#ffffff', line: '#dfe2e6', text: '#1b1f24', quiet: '#5b636d', accent: '#0b6b74' },
  dark: { page: '#14171a', raised: '#1b1f23', line: '#343a41', text: '#e4e7ea', quiet: '#a0a8b1', accent: '#4fb8c2' },
} as const;

/** One accent, an 8 px grid, 13 px, radius 6, no shadows but for overlays. */
export function consoleTheme(shade: Shade): ThemeConfig {
  const tones = TONES[shade];
  const surface = SURFACES[shade];
  return {
    algorithm: shade === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: surface.accent,
      colorLink: surface.accent,
      colorInfo: tones.copying,
      colorSuccess: tones.flowing,
      colorWarning: tones.look,
      colorError: tones.stopped,
      colorWarningBg: surface.raised,
      colorErrorBg: surface.raised,
      colorInfoBg: surface.raised,
      colorSuccessBg: surface.raised,
      colorBgLayout: surface.page,
      colorBgContainer: surface.raised,
      colorBgElevated: surface.raised,
      colorBorder: shade === 'light' ? '#8c949d' : '#6b747e',
      colorBorderSecondary: surface.line,
      colorText: surface.text,
      colorTextSecondary: surface.quiet,
      colorTextTertiary: surface.quiet,
      colorTextDescription: surface.quiet,
      colorTextPlaceholder: shade === 'light' ? '#6a727b' : '#949ca6',
      colorTextLightSolid: shade === 'light' ? '#ffffff' : '#0d1214',
      borderRadius: 6,
      controlHeight: 32,
      fontSize: 13,
      fontFamily: FONT,
      boxShadowTertiary: 'none',
      wireframe: false,
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
      Table: { headerBg: surface.raised, headerColor: surface.quiet, headerSplitColor: 'transparent' },
    },
  };
}

/** What the style sheet of the shell needs of the tokens. */
export function surfaceVariables(shade: Shade): Record<string, string> {
  const variables: [string, string][] = [
    ...Object.entries(SURFACES[shade]).map(([name, value]): [string, string] => [`--${name}`, value]),
    ...Object.entries(TONES[shade]).map(([name, value]): [string, string] => [`--tone-${name}`, value]),
  ];
  return Object.fromEntries(variables);
}
