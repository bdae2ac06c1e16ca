// Guesses that are numbers, read and answered as on the page: forms, intervals and sentences come from the server.
import { inGroups, marked, shortNumber } from "../lib/numbers.js"

const CUT = "..."

// Returns `refused`, or the answer with the guess as a number and as the language writes it.
export function answerTo(typed, data) {
  const { guess, text } = numberIn(typed, data) ?? {}
  const shown = text === undefined ? asShown(typed.trim(), data.most_shown) : marked(inGroups(text.replaceAll(",", "")))
  if (text === undefined || guess < data.least || guess > data.most) {
    return { refused: data.refused.replace("{guess}", () => shown) }
  }
  const found = data.answers.find(({ least, most }) => (least ?? guess) <= guess && guess <= (most ?? guess))
  const values = { "{guess}": shown, "{off}": shortNumber(Math.abs(guess - data.truth), data.digits_off) }
  const says = found.open.reduce((text, name) => text.replace(name, () => values[name]), found.says)
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

function asShown(text, most) {
  const front = Math.ceil((most - CUT.length) / 2)
  const short = text.length > most ? `${text.slice(0, front)}${CUT}${text.slice(front + CUT.length - most)}` : text
  return short.replace(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, "?")
}
