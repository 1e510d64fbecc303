/** The mark: a flame on a wick, one path. public/mark.svg is the same for the tab. */
export function Mark({ size }: { size: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d="M8.6.6c.3 2.500 4.100 4.400 4.100 8.100 0 2.300-1.600 4-3.800 4.400v2.300H7.100v-2.300c-2.200-.4-3.800-2.100-3.800-4.300 0-1.700.8-3 1.800-4 .2 1 .600 1.600 1.200 2C6.200 4.400 6.900 2 8.600.6z" />
    </svg>
  )
}
