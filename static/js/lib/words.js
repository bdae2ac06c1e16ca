// The sentences that scripts say. The page holds them in its language, by code; {fields} in them take values ({bytes:,} is a number in groups).
let texts

export function words(code, values = {}) {
  texts ??= JSON.parse(document.querySelector("#words").textContent)
  const text = texts[code]
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
  return typeof value === "number" ? value.toLocaleString(document.documentElement.lang) : value
}
