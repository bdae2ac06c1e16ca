// Writes a number as the server does (app/figures.py): significant digits, a real minus sign, thousands separated.
export function shortNumber(value, digits = 2) {
  if (value === 0) return "0"
  const size = Math.abs(value)
  const places = Math.max(digits - 1 - Math.floor(Math.log10(size)), 0)
  const text =
    size >= 10 ** digits ? Math.round(value).toLocaleString("en") : places > digits + 3 ? scientific(value, digits) : value.toFixed(places)
  return text.replaceAll("-", "−")
}

export function percent(share) {
  if (share > 0 && share < 0.001) return "< 0.1 %"
  if (share > 0.999 && share < 1) return "> 99.9 %"
  return `${share % 1 ? (100 * share).toFixed(1) : 100 * share} %`
}

// As Python writes it: at least two digits of the exponent.
function scientific(value, digits) {
  return value.toExponential(digits - 1).replace(/e([+-])(\d)$/, "e$10$2")
}
