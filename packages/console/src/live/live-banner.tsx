import { useEffect, useState } from 'react';
import { useWords } from '../words/words.ts';
import { useLive } from './live-store.ts';

const PATIENCE_MS = 2500;

/** Says quietly that the figures are old, and of when they are. */
export function LiveBanner() {
  const { t, moment } = useWords();
  const { connected, heardAtMs } = useLive();
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (connected) return;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [connected]);
  if (connected || !late) return null;
  const text = heardAtMs === null ? t('live.waiting') : t('live.lost', { time: moment(heardAtMs) });
  return (
    <div className="banner" role="status">
      {text}
    </div>
  );
}
