// What the page says of its language: the sentences of the scripts, by code, and the marks of its numbers.
let known

export function language() {
  known ??= JSON.parse(document.querySelector("#words").textContent)
  return known
}
