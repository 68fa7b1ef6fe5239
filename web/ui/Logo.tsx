/** The sign of the hub: layers, stacked. */
export function Logo({ size }: { size: string }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden>
      <rect width="32" height="32" rx="8" fill="var(--hub-brand)" />
      <path d="M16 6 26 11 16 16 6 11Z" fill="#fff" />
      <path
        d="m6 16 10 5 10-5M6 21l10 5 10-5"
        fill="none"
        stroke="#9ff0e6"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
