// The sentences that scripts say. The page holds them in its language, by code; {fields} in them take values ({bytes:,} is a number in groups).
import { language } from "./language.js"
import { grouped, marked } from "./numbers.js"

export function words(code, values = {}) {
  const text = language().texts[code]
  return fill(typeof text === "string" ? text : text[isOne(values.count) ? 0 : 1], values)
}

// The same for a sentence that its element has in an attribute.
export function fill(text, values) {
  return text.replace(/\{(\w+)(?::,)?\}/g, (field, name) => written(values[name] ?? field))
}

function isOne(count) {
  return new Intl.PluralRules(document.documentElement.lang).select(count) === "one"
}

function written(value) {
  return typeof value === "number" ? marked(grouped(value)) : value
}
