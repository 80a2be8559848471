/** Two waves: the sign of the project. */
export function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="var(--accent)" strokeWidth="2.4" aria-hidden>
      <path strokeLinecap="round" d="M3 9c3-4 6-4 9 0s6 4 9 0M3 16c3-4 6-4 9 0s6 4 9 0" />
    </svg>
  );
}
