/** What was wrong with the last attempt, read out when it appears. */
export function Problem({ text }: { text: string | null }) {
  return (
    <div role="alert">
      {text !== null && (
        <p class="notice harm">
          <strong>{text}</strong>
        </p>
      )}
    </div>
  )
}
