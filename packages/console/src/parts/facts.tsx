/** Names and what is known under them. */
export function Facts({
  facts,
  className = 'facts',
}: {
  facts: readonly (readonly [name: string, value: string | number])[];
  className?: string;
}) {
  return (
    <dl className={className}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
