import type { Problem } from '../../api/problem.ts';
import { useWords } from '../../words/words.ts';

const AROUND = 2;

/** The lines of a text that were refused, each with what is wrong below it and a little of what stands around it. */
export function RefusedLines({ text, findings }: { text: string; findings: Problem['fields'] }) {
  const { t, said } = useWords();
  const lines = text.split('\n');
  const shown = new Set(
    findings.flatMap(({ line = 0 }) => Array.from({ length: 2 * AROUND + 1 }, (_, step) => line - AROUND + step)),
  );
  return (
    <ol className="lines" aria-label={t('configuration.refused')}>
      {lines.map((content, index) => {
        const number = index + 1;
        if (!shown.has(number)) return null;
        const here = findings.filter(({ line }) => line === number);
        return (
          <li key={number} value={number} className={here.length > 0 ? 'line-refused' : undefined}>
            <code>{content}</code>
            {here.map(({ message, messageZh }) => (
              <p key={message} className="tone-stopped">
                {said(message, messageZh)}
              </p>
            ))}
          </li>
        );
      })}
    </ol>
  );
}
