/** What the colours mean, each with its second sign. */
export function Legend() {
  return (
    <ul class="legend" aria-label="Colours">
      <li>
        <i class="swatch mine" />
        my code
      </li>
      <li>
        <i class="swatch dependency" />
        dependencies
      </li>
      <li>
        <i class="swatch runtime" />
        runtime
      </li>
      <li>
        <i class="swatch strip" />
        too narrow
      </li>
    </ul>
  )
}
