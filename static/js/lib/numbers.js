// Writes a number as the server does (app/figures.py, app/web/filters): significant digits, a real minus sign, the marks of the page's language.
import { language } from "./language.js"

const ENOUGH = 25 // decimals that tell a tie from a value next to one

export function shortNumber(value, digits = 2) {
  if (value === 0) return "0"
  const size = Math.abs(value)
  const exponent = Number(size.toExponential().split("e")[1])
  const places = Math.max(digits - 1 - exponent, 0)
  return marked(size < 10 ** digits && places > digits + 3 ? scientific(value, digits) : fixed(value, places))
}

export function percent(share) {
  const { percent: sign } = language().numbers
  if (share > 0 && share < 0.001) return `< ${marked("0.1")}${sign}`
  if (share > 0.999 && share < 1) return `> ${marked("99.9")}${sign}`
  return marked(fixed(100 * share, share % 1 ? 1 : 0)) + sign
}

export function grouped(value) {
  return value.toLocaleString("en")
}

// A number with its digits before the point in groups, such as -1,234.5.
export function inGroups(text) {
  return text.replace(/^[+-]?[1-9]\d*/, (front) => front.replace(/\B(?=(\d{3})+$)/g, ","))
}

// A number as scripts write it, such as -1,234.5, with the marks of the language.
export function marked(text) {
  const { decimal, group, least_grouped } = language().numbers
  const [whole, ...rest] = text.replaceAll("-", "−").split(".")
  const between = whole.replace(/\D/g, "").length >= least_grouped ? group : ""
  return [whole.replaceAll(",", between), ...rest].join(decimal)
}

// Python takes the even one of two neighbours that are equally near; toFixed takes the larger.
function fixed(value, places) {
  const exact = value.toFixed(places + ENOUGH)
  const below = exact.slice(0, -ENOUGH).replace(/\.$/, "")
  const isTie = /^50*$/.test(exact.slice(-ENOUGH))
  const [whole, part] = (isTie && /[02468]$/.test(below) ? below : value.toFixed(places)).split(".")
  const groups = inGroups(whole)
  return part ? `${groups}.${part}` : groups
}

function scientific(value, digits) {
  return value.toExponential(digits - 1).replace("+", "")
}
