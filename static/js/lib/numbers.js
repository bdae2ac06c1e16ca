// Writes a number as the server does (app/figures.py, app/web/filters): significant digits, a real minus sign, thousands separated.
const ENOUGH = 25 // decimals that tell a tie from a value next to one

export function shortNumber(value, digits = 2) {
  if (value === 0) return "0"
  const size = Math.abs(value)
  const exponent = Number(size.toExponential().split("e")[1])
  const places = Math.max(digits - 1 - exponent, 0)
  const text = size < 10 ** digits && places > digits + 3 ? scientific(value, digits) : fixed(value, places)
  return text.replaceAll("-", "−")
}

export function percent(share) {
  if (share > 0 && share < 0.001) return "< 0.1 %"
  if (share > 0.999 && share < 1) return "> 99.9 %"
  return `${fixed(100 * share, share % 1 ? 1 : 0)} %`
}

// Python takes the even one of two neighbours that are equally near; toFixed takes the larger.
function fixed(value, places) {
  const exact = value.toFixed(places + ENOUGH)
  const below = exact.slice(0, -ENOUGH).replace(/\.$/, "")
  const isTie = /^50*$/.test(exact.slice(-ENOUGH))
  const [whole, part] = (isTie && /[02468]$/.test(below) ? below : value.toFixed(places)).split(".")
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",")
  return part ? `${grouped}.${part}` : grouped
}

function scientific(value, digits) {
  return value.toExponential(digits - 1).replace("+", "")
}
