/** `▲ +3.2 points`, `≈`: of a hundred, so that it is not mistaken for a share of the share. @param change of a share, -1 … 1 */
export function pointsOf(change: number): string {
  const points = Math.abs(change * 100).toFixed(1)
  if (points === '0.0') return '≈'
  return `${change > 0 ? '▲ +' : '▼ −'}${points} points`
}
