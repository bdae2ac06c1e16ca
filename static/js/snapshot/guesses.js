// Guesses that are numbers, read and answered as on the page: forms, intervals and sentences come from the server.
import { marked, shortNumber } from "../lib/numbers.js"

const MOST_SHOWN = 40
const CUT = "..."
const DIGITS_OFF = 2

// Returns `refused`, or the answer with the guess as a number and as the language writes it.
export function answerTo(typed, data) {
  const { guess, text } = numberIn(typed, data) ?? {}
  const shown = text === undefined ? asShown(typed.trim()) : marked(text)
  if (text === undefined || guess < data.least || guess > data.most) {
    return { refused: data.refused.replace("{guess}", () => shown) }
  }
  const found = data.answers.find(({ least, most }) => (least ?? guess) <= guess && guess <= (most ?? guess))
  const off = shortNumber(Math.abs(guess - data.truth), DIGITS_OFF)
  const says = found.says.replace("{guess}", () => shown).replace("{off}", () => off)
  return { ...found, says, shown, gap: found.gap ? gapOf(guess, data) : undefined }
}

// The places of the guess and of the truth on their line, from 0 to 1; undefined where the line has no length.
function gapOf(guess, { truth, line, places }) {
  if (places) return [between(places, guess), between(places, truth)]
  const least = Math.min(line[0], guess)
  const span = Math.max(line[1], guess) - least
  return span ? [(guess - least) / span, (truth - least) / span] : undefined
}

function between(points, value) {
  const end = Math.max(points.findIndex(([one]) => one >= value), 1)
  const [[from, first], [to, last]] = [points[end - 1], points[end]]
  return first + ((last - first) * (value - from)) / (to - from)
}

// A number that a person typed, and as it is shown again, such as -1234.5; undefined for what is none.
function numberIn(typed, { forms, longest }) {
  const text = typed
    .trim()
    .replaceAll("−", "-")
    .replace(/[\uff01-\uff5e]/g, (one) => String.fromCharCode(one.charCodeAt() - 0xfee0)) // full width
  if (text.length > longest) return
  for (const { form, grouped, kept } of forms) {
    const found = new RegExp(`^(?:${form})$`).exec(text)?.groups
    if (!found || (found.group && !grouped)) continue
    const whole = found.group ? found.whole.replaceAll(found.group, "") : found.whole
    const plain = `${found.sign}${whole}${found.rest ? `.${found.rest}` : ""}${found.power}`
    return { guess: Number(plain), text: kept ? typed.trim() : plain }
  }
}

function asShown(text) {
  const front = Math.ceil((MOST_SHOWN - CUT.length) / 2)
  const short = text.length > MOST_SHOWN ? `${text.slice(0, front)}${CUT}${text.slice(front + CUT.length - MOST_SHOWN)}` : text
  return short.replace(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, "?")
}
