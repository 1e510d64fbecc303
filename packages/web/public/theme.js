// Before the first paint, so that a chosen theme does not flash: src/app/theme.ts keeps the choice.
try {
  const theme = localStorage.getItem('wick.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is off: the system's theme it is.
}
