/** A thin line without axes: how something went lately. Values that are not known leave a gap. */
export function Sparkline({ values, label }: { values: readonly (number | null)[]; label: string }) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return <span className="spark" aria-hidden />;
  const [width, height] = [120, 24];
  const top = Math.max(...known, 1);
  const path = values
    .map((value, index) => {
      if (value === null) return '';
      const pen = index === 0 || values[index - 1] === null ? 'M' : 'L';
      return `${pen}${((index / (values.length - 1)) * width).toFixed(1)} ${(height - 2 - (value / top) * (height - 4)).toFixed(1)}`;
    })
    .join('');
  return (
    <svg className="spark" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} preserveAspectRatio="none">
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.2" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
