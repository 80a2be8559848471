import {
  CheckCircleOutlined,
  CloseCircleOutlined,
  CopyOutlined,
  ExclamationCircleOutlined,
  MinusCircleOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { Tone } from '../app/theme.ts';

const ICONS: Record<Tone, ReactNode> = {
  flowing: <CheckCircleOutlined />,
  copying: <CopyOutlined />,
  look: <ExclamationCircleOutlined />,
  stopped: <CloseCircleOutlined />,
  off: <MinusCircleOutlined />,
};

/** A state: colour, icon and word together. */
export function ToneMark({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={`tone tone-${tone}`}>
      {ICONS[tone]} <span>{children}</span>
    </span>
  );
}
